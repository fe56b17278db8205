# shellcheck shell=bash disable=SC2154 # whoever sources this sets them
# submit/cluster chaos [FAULT...]: trains a small network on the running cluster, once undisturbed and
# once for each fault, and compares what the runs leave behind, bit by bit. Sourced by submit/cluster.

# Faults are functions of these names.
all_faults=(one-machine executor-killed executor-decommissioned worker-killed worker-delayed task-twice
  dynamic-allocation dynamic-maximum driver-killed datanode-killed namenode-killed disk-full
  checkpoint-damaged checkpoint-truncated checkpoint-half-gone shard-damaged loss-infinite
  other-processor given-lanes no-permission too-few-resources too-few-gpus)
if [[ ${arguments[*]} == list ]]; then
  printf '%s\n' "${all_faults[@]}"
  exit
fi
recall
needs_hdfs
((workers > 1)) || fail "chaos needs two workers; start the cluster with --workers 2" 2

((${#arguments[@]})) || arguments=("${all_faults[@]}")
for fault in "${arguments[@]}"; do
  [[ " ${all_faults[*]} " == *" $fault "* ]] || fail "no fault '$fault'; there are ${all_faults[*]}" 2
done

place=$folder/chaos
mkdir -p "$place"
# Twelve rounds, and a checkpoint after every other.
settings=(model.name=resnet20 density=0.1 train.epochs=2 train.batch=32 averaging.workers=2
  averaging.frequency=6 checkpoint.every-rounds=2)
run=
driver=
# A script that ends early leaves no run behind, and says where it was.
trap 'code=$?; [[ -z $driver ]] || kill -9 "$driver" 2> /dev/null || true
  ((code < 2)) || echo "cluster: chaos ended in $fault with $code" >&2' EXIT

broken() {
  echo "$(printf '%-22s' "$fault") FAILED: $1; see $place"
  exit 1
}

# begin NAME [SETTING...]: starts a training run, or resumes one.
begin() {
  run=$1
  shift
  rm -rf "$place/$run.logs"
  SSC_LOG_DIR=$place/$run.logs "$root/submit/ssc" train --master "${on:-$master}" --data "${data:-$hdfs/chaos/data}" \
    --out "$hdfs/chaos/$run" "${settings[@]}" "$@" > "$place/$run.out" 2> "$place/$run.err" &
  driver=$!
}

logged() {
  grep -qs -e "$1" "$place/$run.logs"/*.log
}

# reached N: whether a task of round N, counted from 1, has been started. Stages do not tell: those
# before the first round ask the executors what they are, as often as it takes.
reached() {
  awk -v round="$1" '/Starting job: .* at ParameterAverage/ { rounds++ }
    rounds >= round && /Starting task / { there = 1; exit }
    END { exit !there }' "$place/$run.logs"/*.log 2> /dev/null
}

# in_round N: returns in the middle of round N of a run that has begun.
in_round() {
  until reached "$1"; do
    kill -0 "$driver" 2> /dev/null || broken "the run ended before round $1"
    sleep 0.05
  done
  sleep 0.1
}

# ends CODE: waits for the run's exit code.
ends() {
  local code=0
  { wait "$driver" || code=$?; } 2> /dev/null
  # Nobody needs the copies of the jar any more, and there is one for every executor.
  rm -f "$folder"/work/*/app-*/*/ssc-spark.jar
  ((code == $1)) || broken "exit code $code instead of $1"
}

says() {
  grep -q -e "$1" "$place/$run.err" || broken "the message does not say '$1'"
}

# happened PATTERN: makes sure from the driver's log that Spark noticed the fault.
happened() {
  logged "$1" || broken "nothing of '$1' in the log"
}

# content RUN: what a run leaves behind, without times.
content() {
  rm -rf "${place:?}/$1"
  hdfs dfs -get "$hdfs/chaos/$1" "$place/$1"
  (
    cd "$place/$1" || exit
    sha256sum checkpoints/round-*/{state.bin,state.json,network.json,input.json} | grep -v damaged-
    sed -E 's/"(imagesPerSecond|wallSeconds|timedExamples)":[^,]*,//g; s/"(round|worker)Seconds":\{[^}]*\},?//g' metrics/*
    grep -Ev 'imagesPerSecond|"checkpoint"|"engine"' result.json
  )
}

# same_bits WHAT [REFERENCE]
same_bits() {
  [[ $(content "$run" | tee "$place/$run.content") == "$(< "$place/${2:-undisturbed}.content")" ]] ||
    broken "not the bits of the ${2:-undisturbed} run"
  printf '%-22s %-46s %s\n' "$fault" "$1" "same bits"
}

# message WHEN: the fault ends in a clear message, before anything is written.
message() {
  printf '%-22s %-46s %s\n' "$fault" "$1" "$(tail -n 1 "$place/$run.err" | cut -c 1-120)"
}

# interrupted: a copy of a run that died in round 7, under the fault's name.
interrupted() {
  hdfs dfs -cp "$hdfs/chaos/interrupted" "$hdfs/chaos/$fault"
}

repair() {
  local worker
  # Asking HDFS takes a JVM.
  [[ $(missing) != *node* ]] || hdfs start > /dev/null
  for ((worker = 1; worker <= workers; worker++)); do
    running "worker-$worker" || start_worker "$worker"
  done
  until_true 180 alive "$workers" || broken "the workers do not come back"
}

prepare() {
  fault=undisturbed
  [[ ! -f $place/ready ]] || return 0
  hdfs dfs -rm -r -f -skipTrash "$hdfs/chaos" > /dev/null
  "$root/submit/ssc" shard --master "$master" --format synthetic --examples 2304 --size 16 --shards 4 \
    --out "$hdfs/chaos/data" > "$place/data.out" 2> "$place/data.err" || broken "cannot shard"
  begin undisturbed
  ends 0
  content undisturbed > "$place/undisturbed.content"
  begin interrupted
  in_round 7
  kill -9 "$driver"
  ends 137
  touch "$place/ready"
}

one-machine() {
  on='local[2]' begin "$fault"
  ends 0
  same_bits "the same run with --master local[2]"
}

an_executor() {
  local ids
  mapfile -t ids < <(executors)
  echo "${ids[0]}"
}

executor-killed() {
  begin "$fault"
  in_round 4
  kill -9 "$(an_executor)"
  ends 0
  happened 'Lost executor'
  same_bits "kill -9 in round 4"
}

executor-decommissioned() {
  SSC_SUBMIT_ARGS="--conf spark.decommission.enabled=true" begin "$fault"
  in_round 4
  kill -PWR "$(an_executor)"
  ends 0
  happened 'ecommission'
  same_bits "an executor is told to leave in round 4"
}

# Executors that are idle for a moment are given back, and asked for again in the next round.
dynamic-allocation() {
  local dynamic="--conf spark.dynamicAllocation"
  SSC_SUBMIT_ARGS="$dynamic.enabled=true $dynamic.minExecutors=0 $dynamic.executorIdleTimeout=1s" begin "$fault"
  ends 0
  same_bits "executors come and go, from none on"
}

# The number of workers is that of the cluster's maximum, however many executors are there at first.
dynamic-maximum() {
  local dynamic="--conf spark.dynamicAllocation"
  SSC_SUBMIT_ARGS="$dynamic.enabled=true $dynamic.initialExecutors=1 $dynamic.maxExecutors=2" \
    begin "$fault" averaging.workers=null
  ends 0
  same_bits "workers are those of the maximum"
}

worker-killed() {
  begin "$fault"
  in_round 4
  local ids
  mapfile -t ids < <(executors worker-1)
  kill -9 "$(< "$folder/worker-1.pid")" "${ids[@]}"
  ends 0
  happened 'Lost executor'
  same_bits "kill -9 of it and its executor in round 4"
}

worker-delayed() {
  local slow
  begin "$fault"
  in_round 4
  slow=$(an_executor)
  kill -STOP "$slow"
  sleep 3
  kill -CONT "$slow"
  ends 0
  same_bits "stands still for 3 seconds in round 4"
}

task-twice() {
  local slow
  SSC_SUBMIT_ARGS="--conf spark.speculation=true --conf spark.speculation.quantile=0.5" begin "$fault"
  in_round 4
  slow=$(an_executor)
  kill -STOP "$slow"
  until_true 30 reached 6 || true
  kill -CONT "$slow"
  ends 0
  happened 'speculatable'
  same_bits "speculation repeats the task of a slow worker"
}

driver-killed() {
  interrupted
  begin "$fault"
  ends 0
  says 'Resuming from the checkpoint of round 6'
  same_bits "kill -9 in round 7, same command again"
}

datanode-killed() {
  begin "$fault"
  in_round 4
  kill -9 "$(< "$folder/hdfs/datanode-1.pid")"
  ends 0
  same_bits "kill -9 in round 4"
}

namenode-killed() {
  SSC_SUBMIT_ARGS="--conf spark.hadoop.ipc.client.connect.max.retries=2" begin "$fault"
  in_round 4
  kill -9 "$(< "$folder/hdfs/namenode.pid")"
  ends 1
  says 'failed: '
  repair
  begin "$fault"
  ends 0
  says 'Resuming from the checkpoint of round'
  same_bits "kill -9 in round 4: message; same command again"
}

disk-full() {
  begin "$fault"
  in_round 6
  kill -STOP "$driver"
  hdfs dfsadmin -setSpaceQuota 1 "/chaos/$fault"
  kill -CONT "$driver"
  ends 1
  says 'quota'
  hdfs dfsadmin -clrSpaceQuota "/chaos/$fault"
  begin "$fault"
  ends 0
  says 'Resuming from the checkpoint of round'
  same_bits "from round 6 on: message; same command again"
}

checkpoint-damaged() {
  local file=/chaos/$fault/checkpoints/round-00000006/state.bin
  interrupted
  rm -f "$place/state.bin"
  hdfs dfs -get "$file" "$place/state.bin"
  printf 'x' | dd of="$place/state.bin" bs=1 seek=5000 conv=notrunc status=none
  hdfs dfs -put -f "$place/state.bin" "$file"
  begin "$fault"
  ends 0
  says 'round-00000006 is damaged: state.bin'
  says 'Resuming from the checkpoint of round 4'
  same_bits "a byte of the newest: the one before is used"
}

checkpoint-truncated() {
  interrupted
  hdfs dfs -truncate -w 1000 "/chaos/$fault/checkpoints/round-00000006/state.bin" > /dev/null
  begin "$fault"
  ends 0
  says 'round-00000006 is damaged: state.bin'
  same_bits "the newest: the one before is used"
}

checkpoint-half-gone() {
  interrupted
  hdfs dfs -rm -skipTrash "/chaos/$fault/checkpoints/round-00000006/network.json" > /dev/null
  begin "$fault"
  ends 0
  says 'round-00000006 is damaged: network.json'
  same_bits "network.json gone: the one before is used"
}

shard-damaged() {
  interrupted
  hdfs dfs -cp "$hdfs/chaos/data" "$hdfs/chaos/$fault-data"
  hdfs dfs -truncate -w 1000 "/chaos/$fault-data/shards/part-00002.parquet" > /dev/null
  data=$hdfs/chaos/$fault-data begin "$fault"
  ends 2
  says 'part-00002.parquet is damaged: SHA-256'
  begin "$fault"
  ends 0
  same_bits "cut off: message; resumes with the whole data"
}

loss-infinite() {
  begin "$fault" train.learning-rate=1e30
  ends 1
  says 'Training diverged'
  message "a learning rate of 1e30"
}

# eight_lanes: makes worker 2 a processor with vectors of 8 lanes, and the run to compare with.
eight_lanes() {
  if [[ ! -f $place/eight-lanes.content ]]; then
    hdfs dfs -rm -r -f -skipTrash "$hdfs/chaos/eight-lanes" > /dev/null
    on='local[2]' begin eight-lanes engine.lanes=8
    ends 0
    content eight-lanes > "$place/eight-lanes.content"
  fi
  end worker-2
  JAVA_TOOL_OPTIONS=-XX:MaxVectorSize=32 start_worker 2
  until_true 180 alive "$workers" || broken "the worker does not start"
}

other-processor() {
  eight_lanes
  begin "$fault"
  ends 0
  end worker-2
  same_bits "narrower vectors: all compute with their lanes" eight-lanes
}

given-lanes() {
  eight_lanes
  begin "$fault" engine.lanes=8
  ends 0
  end worker-2
  same_bits "narrower vectors, and engine.lanes=8" eight-lanes
}

no-permission() {
  HADOOP_USER_NAME=nobody begin "$fault"
  ends 1
  says 'Permission denied'
  message "somebody else's folder"
}

too-few-resources() {
  SSC_SUBMIT_ARGS="--executor-memory 100g --conf spark.ssc.executorTimeout=5s" begin "$fault"
  ends 2
  says 'No executor came up within 5 s'
  message "executors larger than any worker"
}

too-few-gpus() {
  local ask="--conf spark.executor.resource.gpu.amount=$((gpus + 1))"
  SSC_SUBMIT_ARGS="$ask --conf spark.ssc.executorTimeout=5s" begin "$fault"
  ends 2
  says "and $((gpus + 1)) GPUs free"
  message "more GPUs than any worker has"
}

prepare
for fault in "${arguments[@]}"; do
  [[ ! -f $place/$fault.begun ]] ||
    hdfs dfs -rm -r -f -skipTrash "$hdfs/chaos/$fault" "$hdfs/chaos/$fault-data" > /dev/null
  touch "$place/$fault.begun"
  "$fault"
  repair
done
