/** File, environment and flags into validated immutable records; the one catalogue of keys. */
package io.clipure.stream.config;
