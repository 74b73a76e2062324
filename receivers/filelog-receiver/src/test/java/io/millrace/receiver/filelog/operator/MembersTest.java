package io.millrace.receiver.filelog.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MembersTest {

  @Test
  void isALinkedHashMap() {
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      Members members = new Members();
      Map<String, Object> expected = new LinkedHashMap<>();
      int names = 1 + random.nextInt(40);
      for (int i = 0; i < 100; i++) {
        // Another string each time, as names of JSON and of the configuration are.
        String name = "name" + random.nextInt(names);
        switch (random.nextInt(4)) {
          case 0 -> assertThat(members.remove(name)).isEqualTo(expected.remove(name));
          case 1 -> assertThat(members.get(name)).isEqualTo(expected.get(name));
          default -> {
            Object value = random.nextInt(10) == 0 ? null : i;
            Values.put(members, name, value);
            Values.put(expected, name, value);
          }
        }
        assertThat(members.containsKey(name)).isEqualTo(expected.containsKey(name));
      }
      assertThat(members).isEqualTo(expected).hasSameHashCodeAs(expected);
      assertThat(new ArrayList<>(members.entrySet()))
          .isEqualTo(new ArrayList<>(expected.entrySet()));
      assertThat(members.toString()).isEqualTo(expected.toString());
    }
  }

  @Test
  void copiesAreOnTheirOwn() {
    Members members = new Members();
    for (int i = 0; i < 20; i++) {
      members.put("name" + i, i);
    }
    Members copy = new Members(members);
    copy.put("name3", "other");
    copy.remove("name4");
    copy.put("more", 1);
    assertThat(members).hasSize(20).containsEntry("name3", 3).containsKey("name4");
    assertThat(copy).hasSize(20).containsEntry("name3", "other").doesNotContainKey("name4");
    Members more = new Members();
    more.put("name19", "first");
    more.putAll(copy);
    assertThat(more.keySet()).startsWith("name19", "name0").hasSize(20);
    assertThat(more).containsEntry("name19", 19);
  }
}
