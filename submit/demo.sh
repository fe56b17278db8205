# shellcheck shell=bash disable=SC2154 # whoever sources this sets them
# submit/cluster demo [key=value ...]: the whole way on a real cluster: data, runs and results on HDFS,
# training and evaluation on executors. Starts a cluster and stops it, unless one runs in the folder.
# Sourced by submit/cluster.

# show COMMAND...: runs it, and says so.
show() {
  echo "+ submit/$*" >&2
  "$root/submit/$1" "${@:2}"
}

if [[ ! -f $folder/shape ]]; then
  start
  trap 'stop' EXIT
fi
recall
needs_hdfs
place=$hdfs/demo
hdfs dfs -rm -r -f -skipTrash "$place" > /dev/null

images=(--format synthetic --size 16 --master "$master")
show ssc shard "${images[@]}" --split train --examples 2000 --out "$place/train" > /dev/null
show ssc shard "${images[@]}" --split test --examples 500 --out "$place/test" > /dev/null
settings=(density=0.15 train.batch=32 train.epochs=3 "${arguments[@]}")
sets=(--data "$place/train" --test "$place/test")
show ssc train --master "$master" "${sets[@]}" --out "$place/run" \
  "averaging.workers=$((workers * cores))" "${settings[@]}"
show ssc evaluate --master "$master" --checkpoint "$place/run" --data "$place/test" \
  --report "$folder/demo.html"
show ssc compare --master "$master" "${sets[@]}" --out "$place/comparison" "${settings[@]}" \
  'compare.methods=[dense,ssc]' 'compare.densities=[0.15]' 'compare.seeds=[1]'
hdfs dfs -ls "$place/run" "$place/comparison"
