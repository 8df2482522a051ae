/**
 * What operators see: the HTTP port, health, meters, traces and logs. Imports no other room: others
 * tell it what there is to be seen.
 */
package io.clipure.stream.ops;
