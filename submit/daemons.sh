# shellcheck shell=bash disable=SC2154 # whoever sources this sets them
# For submit/hdfs and submit/cluster: processes of their own, each with a log and a note of its id.
# Whoever sources this sets root (of the checkout or release), program (its name) and folder (where NAME.log
# and NAME.pid go).

# Whose jars they run from: SPARK_HOME's where it is set, else those of the Spark that the build makes or a
# release brings.
jars=$root/spark/jars
[[ ! -f $root/pom.xml ]] || jars=$root/spark-jobs/target/spark-home/jars
[[ -z ${SPARK_HOME:-} ]] || jars=$SPARK_HOME/jars

fail() {
  echo "$program: $1" >&2
  exit "${2:-1}"
}

# require_jars: holds that there is a Spark, and builds that of a checkout.
require_jars() {
  [[ ! -d $jars ]] || return 0
  [[ -z ${SPARK_HOME:-} && -f $root/pom.xml ]] ||
    fail "no Spark in ${jars%/jars}: set SPARK_HOME to a Spark 3.5 for Scala 2.12" 2
  "$root/submit/ssc" --version > /dev/null || fail "cannot build Spark's home"
}

# require_folder OPTION: holds that Java and Hadoop take the folder's name for one name.
require_folder() {
  [[ $folder != *[,:%\$#?\\\"*]* ]] ||
    fail "folder $folder: Java and Hadoop read more into one of , : % \$ # ? \\ \" * in it; choose another with $1" 2
}

# require_number NAME TEXT LEAST [MOST]: holds that it is a whole number in this range.
require_number() {
  local range="of at least $3"
  [[ -z ${4:-} ]] || range="from $3 to $4"
  [[ $2 =~ ^(0|[1-9][0-9]{0,8})$ && $2 -ge $3 && $2 -le ${4:-$2} ]] || fail "$1 $2: give a whole number $range" 2
}

# taken PORT: whether something on this machine listens there.
taken() {
  (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}

# free_port: one at which nothing listens, below those that the system gives to clients.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); taken "$port"; do :; done
  echo "$port"
}

# marker NAME: what a process carries in its command line, so that its id is not mistaken for that of
# another process when it is gone.
marker() {
  echo "-Dssc.daemon=$folder/$1"
}

# running NAME: whether the process that was started under this name lives.
running() {
  [[ -f $folder/$1.pid ]] &&
    grep -qzFx -e "$(marker "$1")" "/proc/$(cat "$folder/$1.pid")/cmdline" 2> /dev/null
}

# daemon NAME COMMAND...: starts a process. The command has the marker among its arguments.
daemon() {
  local name=$1
  shift
  "$@" > "$folder/$name.log" 2>&1 < /dev/null 9>&- &
  echo $! > "$folder/$name.pid"
  disown
  # Until the new process has become the command, it cannot be told from this script.
  while kill -0 "$(cat "$folder/$name.pid")" 2> /dev/null && ! running "$name"; do sleep 0.02; done
}

# end NAME: ends a process, with force if it does not listen.
end() {
  local tries=0
  if running "$1"; then
    # It may end by itself before.
    kill "$(cat "$folder/$1.pid")" 2> /dev/null || true
    while running "$1"; do
      sleep 0.1
      ((++tries < 100)) || kill -9 "$(cat "$folder/$1.pid")" 2> /dev/null || true
    done
  fi
  rm -f "$folder/$1.pid"
}

# end_all NAME...: ends processes, which take their time side by side.
end_all() {
  local name
  for name in "$@"; do
    ! running "$name" || kill "$(cat "$folder/$name.pid")" 2> /dev/null || true
  done
  for name in "$@"; do end "$name"; done
}

# names: of all processes that were started and not ended, in the order of the alphabet.
names() {
  local file
  for file in "$folder"/*.pid; do
    [[ -f $file ]] && basename "$file" .pid
  done
  return 0
}
