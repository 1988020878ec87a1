-- Asks the daemon for a request's backend: `http-request lua.assign` in haproxy.cfg. After any failure the request is
-- unchanged and goes to master.
local SOCKET = "unix@/tmp/maxwells-daemon.sock"
local TIMEOUT = 0.008 -- seconds, for each step

core.register_action("assign", {"http-req"}, function(txn)
  local socket = core.tcp()
  socket:settimeout(TIMEOUT)
  if not socket:connect(SOCKET) then
    socket:close()
    return
  end
  socket:send(txn.sf:req_fhdr("maxwellsdaemon", 1) .. "\n")
  local assignment = socket:receive("*l")
  local location = socket:receive("*l")
  socket:close()
  if assignment and (location == "canary" or location == "master") then
    txn.http:req_set_header("maxwellsdaemon", assignment)
    txn:set_var("txn.location", location)
  end
end)
