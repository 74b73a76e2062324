package io.millrace.api.component;

/**
 * A component outside the pipelines: health, storage, authentication. One that serves others
 * implements the service's interface as well, such as {@link
 * io.millrace.api.storage.StorageProvider}; they find it with {@link ComponentContext#service}.
 */
public interface Extension extends Component {}
