/**
 * Typed, validated flags that may change while a program runs: a library for Java programs of any
 * kind.
 *
 * <p>A program declares {@link Flag}s, adds them to a {@link FlagSet} and reads the {@link
 * LiveFlag}s. A {@code FlagSet} works as go-flagz's: parse, validate, swap, notify. Nothing in this
 * package needs Vert.x, a logging library or the gateway.
 *
 * <p>The gateway itself runs on the declarations: {@link Flag}, {@link FlagType}, {@link Validator}
 * and {@link FlagRegistry}. Its values come from several sources at once, are checked together and
 * are published as one snapshot. Its flag watcher does that in the place of a {@code FlagSet}.
 */
@NullMarked
package io.canarygateway.flags;

import org.jspecify.annotations.NullMarked;
