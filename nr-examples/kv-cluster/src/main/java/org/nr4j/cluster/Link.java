package org.nr4j.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** Sends requests of this member to itself and to others. For any number of threads. */
final class Link implements AutoCloseable {
    private final RaftServer server;
    private final RaftClient client;
    private final ClientId id = ClientId.randomId();
    private final AtomicLong lastCall = new AtomicLong();

    Link(RaftServer server, RaftGroup group, RaftProperties properties) {
        this.server = server;
        this.client = RaftClient.newBuilder()
                .setProperties(properties)
                .setParameters(new Parameters())
                .setRaftGroup(group)
                .build();
    }

    RaftServer.Division division() {
        try {
            return server.getDivision(RaftOptions.GROUP);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DivisionInfo info() {
        return division().getInfo();
    }

    RaftPeerId self() {
        return server.getId();
    }

    /** Returns the leader, as far as this member knows; null if it knows none. */
    @Nullable
    RaftPeerId leader() {
        return info().getLeaderId();
    }

    /** Sends a proposal to a member. */
    CompletableFuture<RaftClientReply> propose(RaftPeerId target, byte[] proposal) {
        return send(target, proposal, RaftClientRequest.writeRequestType());
    }

    /** Completes when this member has applied what was committed anywhere before the call. */
    CompletableFuture<RaftClientReply> readIndex() {
        return send(self(), new byte[0], RaftClientRequest.readRequestType(false));
    }

    private CompletableFuture<RaftClientReply> send(RaftPeerId target, byte[] message, RaftClientRequest.Type type) {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(id)
                .setServerId(target)
                .setGroupId(RaftOptions.GROUP)
                .setCallId(lastCall.incrementAndGet())
                .setMessage(Message.valueOf(ByteString.copyFrom(message)))
                .setType(type)
                .build();
        try {
            if (target.equals(self())) {
                return server.submitClientRequestAsync(request);
            }
            // A connection that has failed is not used again: the next request opens another one.
            return client.getClientRpc().sendRequestAsyncUnordered(request).whenComplete((reply, failure) -> {
                if (failure != null) {
                    client.getClientRpc().handleException(target, failure, /* reconnect= */ true);
                }
            });
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Makes a member the leader. Blocks until it is. */
    RaftClientReply transferLeadership(RaftPeerId target, long millis) throws IOException {
        return client.admin().transferLeadership(target, millis);
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
