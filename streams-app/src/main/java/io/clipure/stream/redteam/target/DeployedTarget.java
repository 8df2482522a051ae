package io.clipure.stream.redteam.target;

import io.clipure.stream.clip.ImageEmbeddings;
import io.clipure.stream.clip.ImageEncoder;
import io.clipure.stream.clip.ImageGradient;
import io.clipure.stream.clip.ImageViews;
import io.clipure.stream.policy.ClipJudge;
import io.clipure.stream.policy.ScoreModel;
import io.clipure.stream.policy.Verdict;
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
 * <p>The image itself is encoded once for all draws.
 */
public final class DeployedTarget implements Target {
  private static final int DIGEST_BYTES = 32;

  private final ImageGradient gradient;
  private final ImageEncoder encoder;
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
   * @param encoder the image encoder that serves; decisions are made with it
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
    this.judge = judge;
    this.deployed = deployed;
    this.objective = objective;
    this.settings = settings;
    ScoreModel model = judge.scoreModel();
    this.head = new ExactHead(ZeroShot.of(model), model.purifier());
    this.losses = new DeployedLoss(model, objective, settings);
    this.guessed = new KeyedViews(deployed.plan(), "not the key");
    this.transparent = settings.keyLeaked() || deployed.plan().shifts() == 0;
  }

  @Override
  public String id() {
    return "deployed(views="
        + deployed.plan().id()
        + ",key="
        + (settings.keyLeaked() ? "leaked" : "secret")
        + ",suspicion-weight="
        + settings.suspicionWeight()
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
    double[][] logits = new double[embeddings.size()][];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = head.forward(embeddings.get(i)).logits();
    }
    return logits;
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
    List<ViewGradient> views = DeployedLoss.views(head, List.of(embeddings.views()));
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
    List<Drawn> drawn = new ArrayList<>(pixels.size());
    for (int i = 0; i < pixels.size(); i++) {
      Drawn own = new Drawn(rows.size(), draw(pixels.get(i), goals.get(i), draws));
      rows.add(pixels.get(i));
      for (List<View> views : own.draws()) {
        for (View view : views) {
          rows.add(view.apply(pixels.get(i), imageSize()));
        }
      }
      drawn.add(own);
    }
    List<float[]> embeddings = Batches.encode(gradient, rows, settings.batch(), meter);
    List<ViewGradient> seen = DeployedLoss.views(head, embeddings);
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
      views.add(seen.get(drawn.first()));
      int row = drawn.row(d);
      views.addAll(seen.subList(row, row + drawn.draws().get(d).size()));
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
      int row = own.first() + 1;
      for (List<View> views : own.draws()) {
        for (View view : views) {
          float[] back = view.adjoint(slopes.get(row++), imageSize());
          for (int p = 0; p < total.length; p++) {
            total[p] += back[p];
          }
        }
      }
      Evaluation value = values.get(i);
      result.add(new Evaluation(value.loss(), total, value.margin(), value.share()));
    }
    return result;
  }

  private List<List<View>> draw(float[] pixels, Goal goal, int draws) {
    int count = deployed.plan().shifts() == 0 ? 1 : draws;
    SplittableRandom random = new SplittableRandom(goal.seed());
    List<List<View>> drawn = new ArrayList<>(count);
    for (int d = 0; d < count; d++) {
      byte[] digest = new byte[DIGEST_BYTES];
      random.nextBytes(digest);
      boolean known = d == 0 && settings.keyLeaked();
      drawn.add(
          known
              ? deployed.draw(ImageViews.digestOf(Batches.toBytes(pixels)))
              : guessed.draw(digest));
    }
    return drawn;
  }
}
