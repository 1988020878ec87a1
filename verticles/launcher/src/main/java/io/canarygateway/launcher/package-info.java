/** The composition root: reads the configuration, deploys the verticles, drains them at the end. */
package io.canarygateway.launcher;
