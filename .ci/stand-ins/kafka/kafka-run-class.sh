#!/bin/sh
# Options are lists of words, as in Kafka's own script of this name.
exec java ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:-UsePerfData \
  ${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=/etc/kafka/docker/tools-log4j2.yaml} ${KAFKA_OPTS:-} \
  -cp "/opt/kafka/libs/*" "$@"
