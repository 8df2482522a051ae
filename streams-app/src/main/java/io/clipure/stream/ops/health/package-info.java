/** Whether the service is alive and ready, as orchestrators and people ask it. */
package io.clipure.stream.ops.health;
