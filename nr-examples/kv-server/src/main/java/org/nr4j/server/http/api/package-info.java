/** The resources that the server has over HTTP. */
@NullMarked
package org.nr4j.server.http.api;

import org.jspecify.annotations.NullMarked;
