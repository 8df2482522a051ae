/**
 * Attacks written from their papers. They see a target only through its losses and decisions, run
 * on the caller's thread, and draw everything random from the settings' seed and the victim's
 * index, so that a result does not depend on how victims were batched.
 */
package io.clipure.stream.redteam.attack;
