/** What a network is: operators, shapes, parameters, counts and the model zoo. */
package org.sscspark.network;
