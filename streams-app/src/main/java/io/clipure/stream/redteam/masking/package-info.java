/**
 * Warning signs that an attack failed for the attack's reasons and not the defence's (Athalye et
 * al. 2018, arXiv 1802.00420, section 3.1; Carlini et al. 2019, arXiv 1902.06705, section 5).
 */
package io.clipure.stream.redteam.masking;
