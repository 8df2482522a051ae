/**
 * Labelled images to measure on: folders, answer sheets and CIFAR-10's binary files, and seeded
 * samples of them. Encoded bytes only; the service's own loader, handed in by the caller, makes the
 * pixels.
 */
package io.clipure.stream.redteam.data;
