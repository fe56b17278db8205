"""Structured sparse convolutional networks in PySpark's ml package.

One file for --py-files, and needs nothing but PySpark 3.5 and the job jar:

    spark-submit --jars ssc-spark.jar --py-files sscspark.py ...

docs/spark-ml.md of ssc-spark says what the params mean.
"""

import sys
import types

from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel

__all__ = ["SscClassifier", "SscClassificationModel"]

_JAVA_PACKAGE = "org.sscspark.spark.ml"


def _param(name, doc, converter):
    return Param(Params._dummy(), name, doc, typeConverter=converter)


class _ImageParams(Params):
    """Params of the estimator and of its model."""

    imageCol = _param("imageCol", "column of images", TypeConverters.toString)
    idCol = _param("idCol", "column that tells rows apart, as a path", TypeConverters.toString)
    imageShape = _param("imageShape", "shape of images that are pixels", TypeConverters.toString)
    predictionCol = _param("predictionCol", "column for the likeliest class", TypeConverters.toString)
    probabilityCol = _param("probabilityCol", "column for probabilities", TypeConverters.toString)
    rawPredictionCol = _param("rawPredictionCol", "column for logits", TypeConverters.toString)
    handleInvalid = _param(
        "handleInvalid", "bad images in transform: error, skip or keep", TypeConverters.toString
    )
    engine = _param("engine", "what computes: auto, lane, nd4j or cuda", TypeConverters.toString)
    parameters = _param(
        "parameters", "which parameters predict: trained or average", TypeConverters.toString
    )

    def setParams(self, **params):
        """Sets params by their names."""
        return self._set(**params)


class SscClassifier(JavaEstimator, _ImageParams, JavaMLReadable, JavaMLWritable):
    """Trains a network on a table of images and labels; params are keyword arguments.

    A param that is not given has the value of config, or else that of ssc-defaults.conf.
    """

    labelCol = _param("labelCol", "column of labels", TypeConverters.toString)
    workDir = _param("workDir", "folder for data sets and runs", TypeConverters.toString)
    imageSize = _param("imageSize", "height and width of the network's input", TypeConverters.toInt)
    skipCorrupt = _param("skipCorrupt", "leave out bad images in fit", TypeConverters.toBoolean)
    config = _param("config", "settings of ssc-defaults.conf as HOCON", TypeConverters.toString)
    network = _param("network", "setting model.name", TypeConverters.toString)
    method = _param("method", "setting method", TypeConverters.toString)
    density = _param("density", "setting density", TypeConverters.toFloat)
    epochs = _param("epochs", "setting train.epochs", TypeConverters.toInt)
    batchSize = _param("batchSize", "setting train.batch", TypeConverters.toInt)
    learningRate = _param("learningRate", "setting train.learning-rate", TypeConverters.toFloat)
    seed = _param("seed", "setting seed", TypeConverters.toInt)
    workers = _param("workers", "setting averaging.workers", TypeConverters.toInt)
    averagingFrequency = _param(
        "averagingFrequency", "setting averaging.frequency", TypeConverters.toInt
    )

    def __init__(self, **params):
        super().__init__()
        self._java_obj = self._new_java_obj(_JAVA_PACKAGE + ".SscClassifier", self.uid)
        self._setDefault(
            imageCol="image",
            labelCol="label",
            skipCorrupt=False,
            predictionCol="prediction",
            probabilityCol="probability",
            rawPredictionCol="rawPrediction",
            handleInvalid="error",
            parameters="trained",
        )
        self._set(**params)

    def _create_model(self, java_model):
        return SscClassificationModel(java_model)


class SscClassificationModel(JavaModel, _ImageParams, JavaMLReadable, JavaMLWritable):
    """A trained network."""

    @property
    def classes(self):
        """The names of the classes, in the order of probabilities."""
        return list(self._call_java("classes"))

    @property
    def numClasses(self):
        return self._call_java("numClasses")


def _where_pyspark_looks():
    """Lets PySpark find these classes under the names of the Java ones, as when it reads a pipeline."""
    parent = None
    path = ""
    for part in _JAVA_PACKAGE.split("."):
        path = path + "." + part if path else part
        module = sys.modules.setdefault(path, types.ModuleType(path))
        if not hasattr(module, "__path__"):
            module.__path__ = []
        if parent is not None:
            setattr(parent, part, module)
        parent = module
    for stage in (SscClassifier, SscClassificationModel):
        stage.__module__ = _JAVA_PACKAGE
        setattr(parent, stage.__name__, stage)


_where_pyspark_looks()
