package io.clipure.stream.redteam.scorecard;

import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageGradient;
import io.clipure.stream.policy.ClipJudge;
import io.clipure.stream.views.ViewPlan;

/**
 * A column with the machinery behind it; owns nothing.
 *
 * @param column what it is called
 * @param encoder the image encoder that serves
 * @param gradient the same encoder with its gradient
 * @param judge the judge that serves
 * @param plan which views are encoded besides each image
 */
public record Deployment(
    Column column, ImageEncoder encoder, ImageGradient gradient, ClipJudge judge, ViewPlan plan) {}
