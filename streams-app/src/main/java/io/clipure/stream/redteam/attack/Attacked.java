package io.clipure.stream.redteam.attack;

import io.clipure.stream.redteam.target.Victim;

/**
 * What an attack made of a victim.
 *
 * @param victim the victim
 * @param adversarial {@code [size, size, 3]} uint8, inside the budget; the victim's own pixels
 *     where nothing better was found
 * @param success whether the target's decision about {@code adversarial} fails
 * @param queries decisions asked for until then
 * @param gradients loss gradients asked for; each is one draw's, all its views together
 * @param loss the attack's loss at {@code adversarial}, before rounding
 */
public record Attacked(
    Victim victim,
    byte[] adversarial,
    boolean success,
    long queries,
    long gradients,
    double loss) {}
