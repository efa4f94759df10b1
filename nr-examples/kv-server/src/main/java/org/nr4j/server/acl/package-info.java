/** Users, and what each of them may do. */
@NullMarked
package org.nr4j.server.acl;

import org.jspecify.annotations.NullMarked;
