package org.nr4j.server.config;

import java.util.List;

/**
 * A value that a file, the environment or a flag gives to a parameter.
 *
 * @param where the file and the line, the variable, or the flag
 * @param name in lower case
 * @param words the words of the value
 */
record Assignment(String where, String name, List<String> words) {
    /** Returns an exception that says where the value is, the rule that it breaks, and what to do. */
    IllegalArgumentException refused(String rule, String advice) {
        return new IllegalArgumentException(rule + ": where=" + where + " name=" + name + " value="
                + (name.contains("pass") ? "(hidden)" : String.join(" ", words)) + "; " + advice);
    }
}
