/** Tests of clusters: members as processes, faults, and histories. */
package org.nr4j.cluster;
