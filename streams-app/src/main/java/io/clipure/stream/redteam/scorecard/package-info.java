/**
 * The robustness scorecard: what is attacked how, the resumable run, what was measured with its
 * uncertainty, and the report as JSON and as one page. No threads; a run happens on the caller's.
 */
package io.clipure.stream.redteam.scorecard;
