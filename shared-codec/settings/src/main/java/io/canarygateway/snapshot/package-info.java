/** All settings at one moment, and how verticles stay on the newest of them. */
package io.canarygateway.snapshot;
