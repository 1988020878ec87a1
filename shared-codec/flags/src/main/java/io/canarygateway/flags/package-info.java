/**
 * Typed flags: a name, a type with its text form, a default, and whether it may change while
 * running.
 */
package io.canarygateway.flags;
