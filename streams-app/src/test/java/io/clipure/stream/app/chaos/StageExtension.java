package io.clipure.stream.app.chaos;

import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the one {@link Stage} of a test run to whoever has it as a parameter; it ends with the run.
 * Without Docker a class is skipped, or fails where {@link DockerHere#required} says so.
 */
final class StageExtension implements ExecutionCondition, BeforeAllCallback, ParameterResolver {
  private static final Namespace PLACE = Namespace.create(StageExtension.class);

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getRoot().getStore(PLACE);
  }

  private static TestedImages images(ExtensionContext context) {
    return store(context)
        .computeIfAbsent(TestedImages.class, type -> TestedImages.read(), TestedImages.class);
  }

  private static Optional<String> missing(ExtensionContext context) {
    return store(context)
        .computeIfAbsent(
            DockerHere.class, type -> DockerHere.look(images(context)), DockerHere.class)
        .missing();
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> missing = missing(context);
    if (missing.isEmpty() || DockerHere.required(System.getenv())) {
      return ConditionEvaluationResult.enabled("containers can be run, or must be");
    }
    String line = context.getDisplayName() + " not run: " + missing.get();
    Stage.say(line);
    return ConditionEvaluationResult.disabled(line);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    missing(context)
        .ifPresent(
            reason -> {
              throw new AssertionError(
                  "no containers: %s; under CI=true that is only right with %s=unavailable"
                      .formatted(reason, DockerHere.KNOWN));
            });
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Stage.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return store(context)
        .computeIfAbsent(Stage.class, type -> new Stage(images(context)), Stage.class);
  }
}
