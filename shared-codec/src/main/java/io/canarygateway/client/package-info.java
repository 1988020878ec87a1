/**
 * Pooled HTTP/1.1 connections to one server, for one event loop. Vert.x's own pool cannot take a
 * waiting request back, cap idle connections apart from all, or tell a reused connection from a
 * fresh one; the gateway needs all three.
 */
package io.canarygateway.client;
