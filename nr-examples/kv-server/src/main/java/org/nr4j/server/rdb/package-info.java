/** Values as bytes in the format of Redis' database files, as DUMP and RESTORE have them. */
@NullMarked
package org.nr4j.server.rdb;

import org.jspecify.annotations.NullMarked;
