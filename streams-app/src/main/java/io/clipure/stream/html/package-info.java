/**
 * What every HTML report of ours needs: text of strangers made safe, figures for people. No report
 * itself, nothing of Kafka or models.
 */
package io.clipure.stream.html;
