/** Where a request goes and why: pure maths, free of I/O and of any framework. */
package io.canarygateway.decision;
