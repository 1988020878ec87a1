package io.canarygateway.proxy;

import org.jspecify.annotations.Nullable;

/**
 * How much of the access log was written.
 *
 * @param lines the number of whole lines
 * @param cause why not all was written, for logs; null if all was
 */
record WrittenLines(int lines, @Nullable String cause) {}
