"""Trains on a folder of JPEG files, CLASS/NAME.jpg, and says how many of a fifth of them it gets right.

    spark-submit --jars ssc-spark.jar --py-files sscspark.py example.py PHOTOS WORK MODEL [CONFIG]
"""

import sys

from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.evaluation import MulticlassClassificationEvaluator
from pyspark.ml.feature import StringIndexer
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, regexp_extract

from sscspark import SscClassifier

photos, work, out = sys.argv[1:4]
config = sys.argv[4] if len(sys.argv) > 4 else "train.epochs = 20"
spark = SparkSession.builder.getOrCreate()
table = (
    spark.read.format("binaryFile")
    .option("recursiveFileLookup", "true")
    .option("pathGlobFilter", "*.jpg")
    .load(photos)
    .withColumn("class", regexp_extract(col("path"), "/([^/]+)/[^/]+$", 1))
)
training, test = table.randomSplit([0.8, 0.2], 1)
labels = StringIndexer(inputCol="class", outputCol="label", stringOrderType="alphabetAsc")
classifier = SscClassifier(
    imageCol="content", idCol="path", imageSize=32, density=0.15, config=config, workDir=work
)
Pipeline(stages=[labels, classifier]).fit(training).write().overwrite().save(out)
answers = PipelineModel.load(out).transform(test)
accuracy = MulticlassClassificationEvaluator(metricName="accuracy").evaluate(answers)
print("accuracy %.3f" % accuracy)
spark.stop()
