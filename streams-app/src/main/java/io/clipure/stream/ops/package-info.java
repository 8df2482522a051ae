/** What operators see: counters and logs. Imports no other room. */
package io.clipure.stream.ops;
