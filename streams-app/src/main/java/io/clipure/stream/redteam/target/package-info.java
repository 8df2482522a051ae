/** What an attack aims at: losses, their gradients and the decision, of one way to deploy. */
package io.clipure.stream.redteam.target;
