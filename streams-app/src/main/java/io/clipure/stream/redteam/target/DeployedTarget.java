package io.clipure.stream.redteam.target;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageGradient;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.policy.ClipJudge;
import io.clipure.stream.policy.PurifyingImageEncoder;
import io.clipure.stream.policy.ScoreModel;
import io.clipure.stream.policy.Verdict;
import io.clipure.stream.purify.ImageNoise;
import io.clipure.stream.purify.NoiseSource;
import io.clipure.stream.views.KeyedViews;
import io.clipure.stream.views.View;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * All that is deployed: image and views, purification in closed form, the decision over views, the
 * suspicion score. The attacker knows everything but the key: his gradients average over views
 * drawn with keys of his own (expectation over transformation, Athalye et al. 2018), and the
 * decision, made with the true key by the judge that serves, is known to him only by asking. With
 * the key leaked, or nothing drawn by it, he sees the true views of the very image he asks about.
 *
 * <p>A purifier in closed form is differentiated; one on the device (CLIPure-Diff) is run forward,
 * under noise of the attacker's own that each draw draws anew, and passed straight through
 * backwards (BPDA, same paper, section 4.1). Its noise is a secret too: with it nothing is
 * transparent.
 *
 * <p>The image itself is encoded once for all draws, or once a draw where its purification differs.
 */
public final class DeployedTarget implements Target {
  private static final int DIGEST_BYTES = 32;

  private final ImageGradient gradient;
  private final ImageEncoder encoder;
  private final PurifyingImageEncoder onDevice;
  private final ClipJudge judge;
  private final KeyedViews deployed;
  private final Objective objective;
  private final DeployedSettings settings;
  private final ExactHead head;
  private final DeployedLoss losses;
  private final KeyedViews guessed;
  private final boolean transparent;
  private final Meter meter = new Meter();

  /**
   * A deployment; owns neither encoder.
   *
   * @param gradient the image encoder with its gradient
   * @param encoder the image encoder that serves; decisions are made with it. If it purifies, the
   *     attack knows how
   * @param objective an {@link Evasion} for the moderation decision, or a {@link Misclassification}
   *     for the top label
   */
  public DeployedTarget(
      ImageGradient gradient,
      ImageEncoder encoder,
      ClipJudge judge,
      KeyedViews deployed,
      Objective objective,
      DeployedSettings settings) {
    this.gradient = gradient;
    this.encoder = encoder;
    this.onDevice = encoder instanceof PurifyingImageEncoder purifying ? purifying : null;
    this.judge = judge;
    this.deployed = deployed;
    this.objective = objective;
    this.settings = settings;
    ScoreModel model = judge.scoreModel();
    this.head = new ExactHead(ZeroShot.of(model), model.purifier());
    this.losses = new DeployedLoss(model, objective, settings);
    this.guessed = new KeyedViews(deployed.plan(), "not the key");
    this.transparent = onDevice == null && (settings.keyLeaked() || deployed.plan().shifts() == 0);
  }

  @Override
  public String id() {
    return "deployed(views="
        + deployed.plan().id()
        + ",key="
        + (settings.keyLeaked() ? "leaked" : "secret")
        + ",suspicion-weight="
        + settings.suspicionWeight()
        + (onDevice == null ? "" : ",purifier=straight-through")
        + ")";
  }

  @Override
  public int imageSize() {
    return gradient.imageSize();
  }

  @Override
  public int classes() {
    return head.classes();
  }

  @Override
  public boolean transparent() {
    return transparent;
  }

  @Override
  public boolean[] own(int label) {
    return objective.own(label);
  }

  @Override
  public double[][] logits(List<float[]> pixels) {
    List<float[]> embeddings = Batches.encode(gradient, pixels, settings.batch(), meter);
    List<NoiseSource> noise = new ArrayList<>(embeddings.size());
    for (float[] image : pixels) {
      noise.add(new ImageNoise(0, ImageViews.digestOf(Batches.toBytes(image)), 0));
    }
    List<ViewGradient> seen = DeployedLoss.views(head, embeddings, purified(embeddings, noise));
    return seen.stream().map(view -> view.scored().logits()).toArray(double[][]::new);
  }

  @Override
  public List<Evaluation> gradients(List<float[]> pixels, List<Goal> goals, Loss loss, int draws) {
    return evaluate(pixels, goals, loss, draws, true);
  }

  @Override
  public List<Evaluation> losses(List<float[]> pixels, List<Goal> goals, Loss loss, int draws) {
    return evaluate(pixels, goals, loss, draws, false);
  }

  @Override
  public List<Decision> decide(List<byte[]> pixels, List<Victim> victims) {
    List<ImageViews> images = new ArrayList<>(pixels.size());
    for (byte[] image : pixels) {
      byte[] digest = ImageViews.digestOf(image);
      List<byte[]> extra = new ArrayList<>();
      for (View view : deployed.draw(digest)) {
        extra.add(view.apply(image, imageSize()));
      }
      images.add(ImageViews.of(image, digest, extra));
    }
    int perImage = 1 + deployed.plan().extraViews();
    int step = Math.max(1, settings.batch() / perImage);
    List<Decision> decisions = new ArrayList<>(pixels.size());
    for (int from = 0; from < images.size(); from += step) {
      int to = Math.min(images.size(), from + step);
      List<ImageEmbeddings> encoded = encoder.encodeViews(images.subList(from, to));
      for (int i = from; i < to; i++) {
        decisions.add(decision(encoded.get(i - from), victims.get(i)));
      }
    }
    meter.addQueries(pixels.size());
    meter.addForwards((long) pixels.size() * perImage);
    return decisions;
  }

  @Override
  public Meter meter() {
    return meter;
  }

  private Decision decision(ImageEmbeddings embeddings, Victim victim) {
    Verdict verdict = judge.judge(embeddings);
    Goal goal = new Goal(victim, Goal.ANY, 0);
    float[][] purified = embeddings.purified();
    List<ViewGradient> views =
        DeployedLoss.views(
            head, List.of(embeddings.views()), purified == null ? null : List.of(purified));
    double margin = losses.of(Loss.DECISION, views, goal, 1).margin();
    String label = judge.labelSet().labels().get(victim.label()).id();
    boolean evades =
        objective instanceof Evasion evasion && evasion.moderation(victim.label())
            ? evasion.evades(verdict, victim.label())
            : !verdict.topLabel().equals(label);
    return new Decision(margin, evades);
  }

  private List<Evaluation> evaluate(
      List<float[]> pixels, List<Goal> goals, Loss loss, int draws, boolean differentiate) {
    List<float[]> rows = new ArrayList<>();
    List<NoiseSource> noise = new ArrayList<>();
    List<Drawn> drawn = new ArrayList<>(pixels.size());
    for (int i = 0; i < pixels.size(); i++) {
      List<Drawn.Draw> secrets = draw(pixels.get(i), goals.get(i), draws);
      Drawn own = new Drawn(rows.size(), secrets, onDevice != null);
      for (Drawn.Draw secret : own.draws()) {
        if (secret == secrets.get(0) || own.imageEachDraw()) {
          rows.add(pixels.get(i));
          noise.add(new ImageNoise(0, secret.digest(), 0));
        }
        for (int view = 0; view < secret.views().size(); view++) {
          rows.add(secret.views().get(view).apply(pixels.get(i), imageSize()));
          noise.add(new ImageNoise(0, secret.digest(), view + 1));
        }
      }
      drawn.add(own);
    }
    List<float[]> embeddings = Batches.encode(gradient, rows, settings.batch(), meter);
    List<ViewGradient> seen = DeployedLoss.views(head, embeddings, purified(embeddings, noise));
    List<Evaluation> values = new ArrayList<>(pixels.size());
    for (int i = 0; i < pixels.size(); i++) {
      values.add(value(seen, drawn.get(i), goals.get(i), loss));
    }
    return differentiate ? withGradients(values, rows, seen, drawn) : values;
  }

  private Evaluation value(List<ViewGradient> seen, Drawn drawn, Goal goal, Loss loss) {
    int draws = drawn.draws().size();
    double sum = 0;
    double worst = Double.NEGATIVE_INFINITY;
    double failed = 0;
    for (int d = 0; d < draws; d++) {
      List<ViewGradient> views = new ArrayList<>();
      views.add(seen.get(drawn.imageRow(d)));
      int row = drawn.row(d);
      views.addAll(seen.subList(row, row + drawn.draws().get(d).views().size()));
      DeployedLoss.Value value = losses.of(loss, views, goal, 1.0 / draws);
      sum += value.loss();
      // with the key, the first draw is the true one and the others only smooth the gradient
      if (d == 0 || !transparent) {
        worst = Math.max(worst, value.margin());
        failed += value.margin() < 0 ? 1 : 0;
      }
    }
    return new Evaluation(sum / draws, null, worst, failed / (transparent ? 1 : draws));
  }

  private List<Evaluation> withGradients(
      List<Evaluation> values, List<float[]> rows, List<ViewGradient> seen, List<Drawn> drawn) {
    List<float[]> cotangents = new ArrayList<>(seen.size());
    for (ViewGradient view : seen) {
      cotangents.add(view.pullBack());
    }
    List<float[]> slopes = Batches.vjp(gradient, rows, cotangents, settings.batch(), meter);
    List<Evaluation> result = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      Drawn own = drawn.get(i);
      float[] total = slopes.get(own.first()).clone();
      for (int d = 0; d < own.draws().size(); d++) {
        if (own.imageRow(d) != own.first()) {
          add(total, slopes.get(own.imageRow(d)));
        }
        int row = own.row(d);
        for (View view : own.draws().get(d).views()) {
          add(total, view.adjoint(slopes.get(row++), imageSize()));
        }
      }
      Evaluation value = values.get(i);
      result.add(new Evaluation(value.loss(), total, value.margin(), value.share()));
    }
    return result;
  }

  /** Null: nothing is purified on the device. */
  private List<float[]> purified(List<float[]> embeddings, List<NoiseSource> noise) {
    if (onDevice == null) {
      return null;
    }
    List<float[]> purified = new ArrayList<>(embeddings.size());
    for (int from = 0; from < embeddings.size(); from += settings.batch()) {
      int to = Math.min(embeddings.size(), from + settings.batch());
      purified.addAll(onDevice.purify(embeddings.subList(from, to), noise.subList(from, to)));
    }
    return purified;
  }

  private static void add(float[] sum, float[] values) {
    for (int p = 0; p < sum.length; p++) {
      sum[p] += values[p];
    }
  }

  private List<Drawn.Draw> draw(float[] pixels, Goal goal, int draws) {
    int count = deployed.plan().shifts() == 0 && onDevice == null ? 1 : draws;
    SplittableRandom random = new SplittableRandom(goal.seed());
    List<Drawn.Draw> drawn = new ArrayList<>(count);
    for (int d = 0; d < count; d++) {
      byte[] digest = new byte[DIGEST_BYTES];
      random.nextBytes(digest);
      boolean known = d == 0 && settings.keyLeaked();
      drawn.add(
          new Drawn.Draw(
              digest,
              known
                  ? deployed.draw(ImageViews.digestOf(Batches.toBytes(pixels)))
                  : guessed.draw(digest)));
    }
    return drawn;
  }
}
