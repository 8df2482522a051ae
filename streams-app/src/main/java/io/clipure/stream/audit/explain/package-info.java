/**
 * One verdict told: which rule decided and by how much, and what would have to differ for another
 * decision. Pure: from a record and what was found again of what made it. Nothing here prints.
 */
package io.clipure.stream.audit.explain;
