/** What users deploy (docker/, k8s/), held against the program it deploys. */
package io.clipure.stream.deploy;
