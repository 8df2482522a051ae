package io.clipure.stream.topology;

import io.clipure.schemas.ImageEvent;
import io.clipure.schemas.LabelledImage;
import io.clipure.stream.batching.InferencePipeline;
import io.clipure.stream.clip.ModelInfo;
import io.clipure.stream.image.ImageLoader;
import io.clipure.stream.image.fetch.References;
import io.clipure.stream.policy.LabelSet;
import io.clipure.stream.views.KeyedViews;
import java.time.Clock;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.serialization.Serde;

/**
 * What the topology works with; the application owns and closes all of it.
 *
 * @param pipeline the process-wide pipeline
 * @param loader bytes to pixels
 * @param references references to bytes
 * @param model facts of the bundle behind the pipeline's encoders
 * @param views what is encoded besides each image
 * @param labelSets the label set in force
 * @param imageEvents format of the events
 * @param labelledImages format of the results
 * @param labelSetRecords format of published label sets
 * @param labelSetCheck validates a published label set, its digest included; throws {@link
 *     io.clipure.stream.policy.LabelSetException}
 * @param clock time stamped on results
 * @param listener told how every event ends; must not throw, see {@link Listeners}
 */
public record ModerationDeps(
    InferencePipeline pipeline,
    ImageLoader loader,
    References references,
    ModelInfo model,
    KeyedViews views,
    LabelSetHolder labelSets,
    Serde<ImageEvent> imageEvents,
    Serde<LabelledImage> labelledImages,
    Serde<io.clipure.schemas.LabelSet> labelSetRecords,
    UnaryOperator<LabelSet> labelSetCheck,
    Clock clock,
    ModerationListener listener) {}
