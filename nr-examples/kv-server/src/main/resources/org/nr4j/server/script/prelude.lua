-- Prepares an interpreter. Arguments: a table of the functions of Java, and whether Java is at work.
-- A script sees empty tables in place of the real ones, so that it can read them but not change them. Whatever depends
-- on addresses, on the collector or on earlier runs is hidden, since each replica must run a script alike.
local java, in_java, step, most_steps, most_kilobytes, spare_kilobytes = ...

local type, error, select, next, rawget, rawset, pairs = type, error, select, next, rawget, rawset, pairs
local setmetatable, getmetatable, tostring, pcall, loadstring = setmetatable, getmetatable, tostring, pcall, loadstring
local collectgarbage, kilobytes, newproxy = collectgarbage, gcinfo, newproxy
local sethook, getinfo = debug.sethook, debug.getinfo
local create, resume = coroutine.create, coroutine.resume
local byte, format, concat = string.byte, string.format, table.concat
local foreach, string_table, setfenv = table.foreach, string, setfenv

local READONLY = 'Attempt to modify a readonly table'
local LIMIT = 'the script exceeds its limits'

-- ---- tables that cannot be changed ----

local real = {}   -- the tables behind those that scripts see

-- Raises an error as a function of C would: with the position of the call in the script.
local function raise(text)
    local level = 2
    local i = getinfo(level, 'Sl')
    while i and (i.source == '=prelude' or i.what == 'tail') do
        level = level + 1
        i = getinfo(level, 'Sl')
    end
    if i and i.currentline > 0 then
        text = i.short_src .. ':' .. i.currentline .. ': ' .. text
    end
    error(text, 0)
end

local function refuse_change()
    raise(READONLY)
end

local function protect(t)
    local seen = setmetatable({}, {__index = t, __newindex = refuse_change})
    real[seen] = t
    return seen
end

local function refuse_unknown(_, name)
    if type(name) ~= 'string' and type(name) ~= 'number' then
        raise('Second argument to luaProtectedTableError must be a string or number')
    end
    raise("Script attempted to access nonexistent global variable '" .. name .. "'")
end

-- ---- limits ----

local exceeded, steps, first_kilobytes, settled_kilobytes

-- Ends the run at its next instruction, and at each one after it, so that no pcall can go on.
local function exceed()
    exceeded = true
    sethook(exceed, '', 1)
    if not in_java() then
        error(LIMIT, 0)
    end
end

local function count()
    steps = steps + step
    if exceeded or steps > most_steps or kilobytes() - first_kilobytes > most_kilobytes then
        exceed()
    end
end

-- The collector does not run within a script unless that has used up its memory. Then it calls this.
local function watch_memory()
    local watched = newproxy(true)
    getmetatable(watched).__gc = function()
        watch_memory()
        if steps then
            exceed()
        end
    end
end

-- Collects all garbage, and lets the collector rest until a run has used up its memory. The pause is a multiple of what
-- is live, so it is set after one collection, and the next one begins it.
local function settle()
    collectgarbage('setstepmul', 0) -- a step is a whole collection
    collectgarbage()
    local live = kilobytes()
    collectgarbage('setpause', (live + spare_kilobytes) / live * 100)
    collectgarbage()
    settled_kilobytes = kilobytes()
end

-- ---- Lua's functions ----

local names = {}       -- of objects whose address was asked for, in this run
local names_count = 0

local function has_no_order(key)
    local t = type(key)
    return t ~= 'string' and t ~= 'number' and t ~= 'boolean'
end

-- The order of such keys is that of their addresses, which differ from replica to replica.
local function require_order(t)
    for key in next, t do
        if has_no_order(key) then
            raise('a table whose keys are tables or functions has no order to walk in')
        end
    end
end

local function require_table(t, name, ...)
    if type(t) ~= 'table' then
        local given = (select('#', ...) == 0) and 'no value' or type(t)
        raise("bad argument #1 to '" .. name .. "' (table expected, got " .. given .. ')')
    end
end

local base = {}
local seen_globals_meta = {__newindex = refuse_change}
local seen_globals = setmetatable({}, seen_globals_meta)

function base.pairs(...)
    local t = ...
    require_table(t, 'pairs', ...)
    require_order(t)
    return next, real[t] or t, nil
end

function base.next(...)
    local t, key = ...
    require_table(t, 'next', ...)
    if key == nil then
        require_order(t)
    end
    return next(real[t] or t, key)
end

function base.rawget(t, key)
    return rawget(real[t] or t, key)
end

function base.rawset(t, key, value)
    if real[t] then
        error(READONLY, 0)
    end
    return rawset(t, key, value)
end

function base.setmetatable(...)
    local t, meta = ...
    require_table(t, 'setmetatable', ...)
    if type(meta) ~= 'table' and (meta ~= nil or select('#', ...) < 2) then
        raise("bad argument #2 to 'setmetatable' (nil or table expected)")
    end
    if real[t] then
        error(READONLY, 0)
    end
    local old = getmetatable(t)
    local hidden = type(old) == 'table' and rawget(old, '__metatable') or old
    if old ~= nil and (type(old) ~= 'table' or hidden ~= old) then
        raise('cannot change a protected metatable')
    end
    return setmetatable(t, meta)
end

local meta_of_strings

function base.getmetatable(...)
    if select('#', ...) == 0 then
        raise("bad argument #1 to 'getmetatable' (value expected)")
    end
    local t = ...
    if real[t] then
        return nil
    end
    return type(t) == 'string' and meta_of_strings or getmetatable(t)
end

function base.tostring(...)
    if select('#', ...) == 0 then
        raise("bad argument #1 to 'tostring' (value expected)")
    end
    local value = ...
    local kind = type(value)
    if kind == 'string' or kind == 'number' or kind == 'nil' or kind == 'boolean' or value == java.null then
        return tostring(value)
    end
    local meta = not real[value] and getmetatable(value)
    if type(meta) == 'table' and meta.__tostring then
        return tostring(value)
    end
    if not names[value] then
        names_count = names_count + 1
        names[value] = names_count
    end
    return format('%s: 0x%012x', kind, names[value])
end

local function no_error_table(ok, problem, ...)
    if not ok and type(problem) == 'table' then
        local text = problem.err
        if type(text) == 'string' or type(text) == 'number' then
            return false, text
        end
    end
    return ok, problem, ...
end

function base.pcall(...)
    return no_error_table(pcall(...))
end

function base.collectgarbage(option)
    if option == 'count' or option == 'step' or option == 'setpause' or option == 'setstepmul' or option == nil
            or option == 'collect' or option == 'stop' or option == 'restart' then
        return 0
    end
    raise("bad argument #1 to 'collectgarbage' (invalid option '" .. tostring(option) .. "')")
end

function base.gcinfo()
    return 0, 0
end

-- Compiled chunks are not checked by Lua, so they could do anything.
function base.loadstring(...)
    local text, name = ...
    if type(text) ~= 'string' and type(text) ~= 'number' then
        local given = (select('#', ...) == 0) and 'no value' or type(text)
        raise("bad argument #1 to 'loadstring' (string expected, got " .. given .. ')')
    end
    if byte(text, 1) == 27 then
        return nil, 'attempt to load a compiled chunk'
    end
    local chunk, problem = loadstring(text, name)
    if chunk then
        return setfenv(chunk, seen_globals)
    end
    return nil, problem
end

function base.load(...)
    local read, name = ...
    if type(read) ~= 'function' then
        local given = (select('#', ...) == 0) and 'no value' or type(read)
        raise("bad argument #1 to 'load' (function expected, got " .. given .. ')')
    end
    local parts = {}
    for part in read do
        if type(part) ~= 'string' then
            return nil, 'reader function must return a string'
        end
        if part == '' then
            break
        end
        parts[#parts + 1] = part
    end
    return base.loadstring(concat(parts), name or '=(load)')
end

-- ---- limits of the stack of C, which would take the process down ----

-- Each item of a pattern may take a frame. Each gsub has a large buffer on the stack.
local LONGEST_PATTERN = 500
local MOST_CALLBACKS = 8
local callbacks = 0

local function require_text(value, index, name)
    if type(value) ~= 'string' and type(value) ~= 'number' then
        local given = value == nil and 'no value' or type(value)
        raise('bad argument #' .. index .. " to '" .. name .. "' (string expected, got " .. given .. ')')
    end
end

local function require_pattern(s, pattern, name)
    require_text(s, 1, name)
    require_text(pattern, 2, name)
    if #tostring(pattern) > LONGEST_PATTERN then
        raise('pattern too complex')
    end
end

local patterns = {}
for _, name in pairs({'match', 'gmatch', 'gfind'}) do
    local original = string_table[name]
    patterns[name] = function(s, pattern, ...)
        require_pattern(s, pattern, name)
        return original(s, pattern, ...)
    end
end

local find, gsub = string_table.find, string_table.gsub

function patterns.find(s, pattern, from, plain)
    if not plain then
        require_pattern(s, pattern, 'find')
    end
    return find(s, pattern, from, plain)
end

local function after_callbacks(ok, ...)
    callbacks = callbacks - 1
    if not ok then
        error((...), 0)
    end
    return ...
end

function patterns.gsub(s, pattern, replacement, most)
    require_pattern(s, pattern, 'gsub')
    local kind = type(replacement)
    if kind ~= 'function' and kind ~= 'table' then
        return gsub(s, pattern, replacement, most)
    end
    if callbacks == MOST_CALLBACKS then
        raise('stack overflow')
    end
    callbacks = callbacks + 1
    return after_callbacks(pcall(gsub, s, pattern, replacement, most))
end

for name, value in pairs(patterns) do
    string_table[name] = value
end

-- ---- work inside one function of C, which the hook does not see ----

-- Counts work as if it were instructions.
local function charge(work)
    steps = steps + work
    if exceeded or steps > most_steps then
        exceed()
    end
end

local function raise_as(name, ok, ...)
    if not ok then
        local problem = ...
        if type(problem) == 'string' then
            raise((gsub(problem, "'%?'", "'" .. name .. "'", 1)))
        end
        error(problem, 0)
    end
    return ...
end

local rep = string_table.rep

function string_table.rep(...)
    if (...) == '' and type((select(2, ...))) == 'number' then
        return ''
    end
    return raise_as('rep', pcall(rep, ...))
end

-- Moves the elements behind a position, or reads all of them.
for _, name in pairs({'insert', 'remove', 'concat', 'foreachi', 'sort'}) do
    local original = table[name]
    table[name] = function(...)
        local t = ...
        local moves = name ~= 'insert' or select('#', ...) > 2
        if moves and type(t) == 'table' and (name ~= 'remove' or select('#', ...) > 1) then
            charge(#t)
        end
        local second = type((select(2, ...)))
        if name == 'sort' and (second == 'nil' or second == 'function') or name == 'foreachi' then
            return original(...) -- it calls functions of the script, whose errors have a position
        end
        return raise_as(name, pcall(original, ...))
    end
end

-- ---- coroutines: each has a hook of its own ----

local MOST_RESUMED = 5
local resumed = 0

local coroutines = {running = coroutine.running, status = coroutine.status, yield = coroutine.yield}

function coroutines.create(...)
    local thread = create(...)
    steps = steps + step
    sethook(thread, count, '', step)
    return thread
end

local function after_resume(...)
    resumed = resumed - 1
    if exceeded then
        exceed()
    end
    return ...
end

function coroutines.resume(...)
    if resumed == MOST_RESUMED then
        return false, 'C stack overflow'
    end
    resumed = resumed + 1
    return after_resume(resume(...))
end

local function raise_failure(ok, ...)
    if not ok then
        local problem = ...
        if type(problem) == 'string' then
            raise(problem)
        end
        error(problem, 0)
    end
    return ...
end

function coroutines.wrap(...)
    local thread = coroutines.create(...)
    return function(...)
        return raise_failure(coroutines.resume(thread, ...))
    end
end

-- ---- what scripts see ----

function java.cjson.new()
    local library = {}
    for name, value in next, java.cjson do
        library[name] = value
    end
    return library
end

local tables = {table = table, string = string_table, math = java.math, bit = java.bit, cjson = java.cjson,
    cmsgpack = java.cmsgpack, struct = java.struct, coroutine = coroutines}
for name, value in pairs(math) do
    if java.math[name] == nil then
        java.math[name] = value
    end
end
function table.foreach(t, f)
    if type(t) == 'table' then
        require_order(t)
    end
    return foreach(real[t] or t, f)
end

for _, name in pairs({'assert', 'error', 'ipairs', 'rawequal', 'select', 'tonumber', 'type', 'unpack', 'xpcall',
    '_VERSION'}) do
    base[name] = _G[name]
end
for name, value in pairs(tables) do
    base[name] = protect(value)
end

local function globals_with(redis)
    local globals = {}
    for name, value in pairs(base) do
        globals[name] = value
    end
    globals.redis = protect(redis)
    return setmetatable(globals, {__index = refuse_unknown})
end

local redis_of_functions, redis_of_libraries = {}, {register_function = java.register_function}
for name, value in pairs(java.redis) do
    redis_of_functions[name] = value
end
for _, name in pairs({'breakpoint', 'debug', 'replicate_commands'}) do
    redis_of_functions[name] = nil
end
for _, name in pairs({'log', 'LOG_DEBUG', 'LOG_VERBOSE', 'LOG_NOTICE', 'LOG_WARNING', 'REDIS_VERSION',
    'REDIS_VERSION_NUM'}) do
    redis_of_libraries[name] = java.redis[name]
end

local of_scripts, of_functions = globals_with(java.redis), globals_with(redis_of_functions)
setmetatable(redis_of_libraries, {__index = refuse_unknown})
local of_libraries = setmetatable({redis = protect(redis_of_libraries)}, {__index = refuse_unknown})

for _, globals in pairs({of_scripts, of_functions}) do
    globals._G = seen_globals
end
getmetatable('').__index = string_table
meta_of_strings = protect({__index = base.string})

local function see(globals)
    seen_globals_meta.__index = globals
    real[seen_globals] = globals
end

-- ---- runs ----

local function handle_error(problem)
    local i = getinfo(2, 'nSl')
    if i and i.what == 'C' then
        i = getinfo(3, 'nSl')
    end
    local level = 4
    while i and (i.source == '=prelude' or i.what == 'tail') do
        i = getinfo(level, 'nSl')
        level = level + 1
    end
    if type(problem) ~= 'table' then
        problem = {err = 'ERR ' .. tostring(problem)}
    end
    if i then
        problem.source = i.source
        problem.line = i.currentline
    end
    return problem
end

local function begin(kind, keys, arguments)
    if kind == 'script' then
        of_scripts.KEYS = keys
        of_scripts.ARGV = arguments
        see(of_scripts)
    elseif kind == 'function' then
        see(of_functions)
    else
        see(of_libraries)
    end
    exceeded = false
    callbacks = 0
    resumed = 0
    steps = 0
    first_kilobytes = kilobytes()
    sethook(count, '', step)
end

-- Returns 0, 1 if the run has exceeded its limits, or 2 if it has left traces.
local function finish()
    sethook()
    local used = kilobytes()
    local failed = exceeded or used - first_kilobytes > most_kilobytes
    steps = nil
    if failed then
        return 1
    end
    if names_count > 0 then
        names = {}
        names_count = 0
    end
    for seen in next, real do
        if next(seen) ~= nil then
            return 2
        end
    end
    if used > settled_kilobytes + 4096 then
        of_scripts.KEYS = nil
        of_scripts.ARGV = nil
        settle()
    end
    return 0
end

watch_memory()
settle()
return handle_error, begin, finish, seen_globals
