/**
 * Small programs to copy from, each one file with a {@code main}, and the {@linkplain org.nr4j.examples.Demo demo}.
 *
 * <table>
 * <caption>Where to start</caption>
 * <tr><td>{@link org.nr4j.examples.LambdaExample}</td><td>any class, no operations to write: five lines</td></tr>
 * <tr><td>{@link org.nr4j.examples.ReplicatedMapExample}</td><td>the ready-made maps, instead of those of the
 * JDK</td></tr>
 * <tr><td>{@link org.nr4j.examples.KeyValueStoreExample}</td><td>bytes in order: ranges, batches, expiry, listeners,
 * fingerprints</td></tr>
 * <tr><td>{@link org.nr4j.examples.DurableStoreExample}</td><td>the key-value store on disk, with procedures</td></tr>
 * <tr><td>{@link org.nr4j.examples.StandbyExample}</td><td>a second key-value store that has every write of the
 * first</td></tr>
 * <tr><td>{@link org.nr4j.examples.HashMapExample}</td><td>the full form: operations as records</td></tr>
 * <tr><td>{@link org.nr4j.examples.StackExample}</td><td>operations that throw</td></tr>
 * <tr><td>{@link org.nr4j.examples.OrderedSetExample}</td><td>range queries, and several writes as one step</td></tr>
 * <tr><td>{@link org.nr4j.examples.PriorityQueueExample}</td><td>a queue with workers</td></tr>
 * <tr><td>{@link org.nr4j.examples.LruCacheExample}</td><td>a read that is really a write</td></tr>
 * <tr><td>{@link org.nr4j.examples.RoutingTableExample}</td><td>a structure and methods of your own</td></tr>
 * <tr><td>{@link org.nr4j.examples.PinnedThreadsExample}</td><td>threads on their NUMA node, tokens</td></tr>
 * <tr><td>{@link org.nr4j.examples.VirtualThreadsExample}</td><td>ten thousand virtual threads</td></tr>
 * <tr><td>{@link org.nr4j.examples.AsyncWritesExample}</td><td>writes that do not wait</td></tr>
 * <tr><td>{@link org.nr4j.examples.FollowerExample}</td><td>change listeners, and copies on other machines</td></tr>
 * <tr><td>{@link org.nr4j.examples.LivingReplicasExample}</td><td>adding and removing replicas, snapshots,
 * comparing</td></tr>
 * <tr><td>{@link org.nr4j.examples.PartitionedMapExample}</td><td>several logs without operations to write: a map in
 * parts</td></tr>
 * <tr><td>{@link org.nr4j.examples.LogsHashMapExample}</td><td>the full form over several logs, and an operation of
 * two logs</td></tr>
 * <tr><td>{@link org.nr4j.examples.ConcurrentReplicatedMapExample}</td><td>a structure that is concurrent by itself,
 * over several logs, behind {@code ConcurrentMap}</td></tr>
 * <tr><td>{@link org.nr4j.examples.LogsOrderedSetExample}</td><td>several logs by ranges of keys</td></tr>
 * <tr><td>{@link org.nr4j.examples.LogsStackExample}</td><td>what to do when nothing commutes</td></tr>
 * <tr><td>{@link org.nr4j.examples.NrFsExample}</td><td>an application over several logs: a file system</td></tr>
 * <tr><td>{@link org.nr4j.examples.MicrometerExample}</td><td>the statistics as metrics</td></tr>
 * <tr><td>{@link org.nr4j.examples.Watch}</td><td>the statistics live on the screen</td></tr>
 * <tr><td>{@link org.nr4j.examples.Ycsb}</td><td>a real workload on the key-value store: YCSB A to F</td></tr>
 * </table>
 *
 * <p>Any of them runs with
 * {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.HashMapExample}.
 */
package org.nr4j.examples;
