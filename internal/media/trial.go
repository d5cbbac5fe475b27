package media

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/unix"
)

// trial is what the helper tries to break instead of starting a tool.
type trial struct {
	Foreign string            `json:"foreign"` // a file that may not be read
	Own     string            `json:"own"`     // one that may
	Out     string            `json:"out"`     // one that may be written
	Dir     string            `json:"dir"`     // where no new file may be made
	Spaces  map[string]string `json:"spaces"`  // the parent's namespaces
}

// evidence is what has to be read before Landlock takes /proc away.
type evidence struct {
	spaces map[string]string
}

func gather() *evidence {
	e := &evidence{spaces: map[string]string{}}
	for _, ns := range []string{"user", "net", "pid", "ipc", "uts"} {
		e.spaces[ns], _ = os.Readlink("/proc/self/ns/" + ns) // no /proc: "" never holds
	}
	return e
}

// report tries every layer with raw system calls on this thread, which the
// layers are on, and writes the states as JSON.
func (t *trial) report(w io.Writer, before *evidence, failed map[Layer]error) error {
	var states []LayerState
	add := func(l Layer, holds bool, detail string) {
		if err := failed[l]; err != nil {
			holds, detail = false, err.Error()
		}
		states = append(states, LayerState{Layer: l, Holds: holds, Detail: detail})
	}
	for _, s := range []struct {
		layer Layer
		ns    string
	}{{LayerUserNS, "user"}, {LayerNetNS, "net"}, {LayerPidNS, "pid"}, {LayerIPCNS, "ipc"}, {LayerUTSNS, "uts"}} {
		here, parent := before.spaces[s.ns], t.Spaces[s.ns]
		own := here != "" && parent != "" && here != parent
		detail := "its own " + here
		if !own {
			detail = "shared with the server"
		}
		add(s.layer, own, detail)
	}
	add(LayerRlimits, true, "set")
	nnp, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	add(LayerNoNewPrivs, err == nil && nnp == 1, fmt.Sprintf("asked the kernel: %d", nnp))
	caps, err := capabilities()
	add(LayerNoCaps, err == nil && caps == 0, fmt.Sprintf("left: %#x", caps))
	holds, detail := t.files()
	add(LayerLandlock, holds, detail)
	add(LayerNetRules, true, "TCP refused")
	add(LayerScope, true, "signals and abstract sockets stay inside")
	holds, detail = calls()
	add(LayerSeccomp, holds, detail)
	sig, err := parentSignal()
	add(LayerParent, err == nil && sig == int32(unix.SIGKILL), fmt.Sprintf("signal %d", sig))
	return json.NewEncoder(w).Encode(states)
}

// files tries what Landlock has to refuse, and what it has to allow.
func (t *trial) files() (bool, string) {
	for _, p := range []string{t.Foreign, "/etc/passwd", "/proc/self/environ", "/dev/null"} {
		if fd, err := unix.Open(p, unix.O_RDONLY, 0); err == nil {
			unix.Close(fd)
			return false, "could read " + filepath.Base(p)
		}
	}
	if fd, err := unix.Open(filepath.Join(t.Dir, "new"), unix.O_CREAT|unix.O_WRONLY, 0o600); err == nil {
		unix.Close(fd)
		return false, "could make a file"
	}
	if fd, err := unix.Open(t.Own, unix.O_WRONLY, 0); err == nil {
		unix.Close(fd)
		return false, "could write to its input"
	}
	for p, mode := range map[string]int{t.Own: unix.O_RDONLY, t.Out: unix.O_WRONLY} {
		fd, err := unix.Open(p, mode, 0)
		if err != nil {
			return false, "could not open what it should: " + err.Error()
		}
		unix.Close(fd)
	}
	return true, "foreign files, new files and writing to the input refused"
}

// calls tries what the filter has to refuse. Each is one that an ordinary
// process may make, so that the refusal is the filter's.
func calls() (bool, string) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.Close(fd)
		return false, "could open a socket"
	}
	if _, _, errno := unix.RawSyscall(unix.SYS_PTRACE, unix.PTRACE_TRACEME, 0, 0); errno != unix.EPERM {
		return false, "could be traced"
	}
	if pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0); errno == 0 {
		if pid == 0 {
			unix.RawSyscall(unix.SYS_EXIT_GROUP, 0, 0, 0)
		}
		return false, "could fork"
	}
	if err := unix.Kill(unix.Getppid(), 0); err == nil {
		return false, "could signal its parent"
	}
	return true, "sockets, tracing, new processes and signals refused"
}

// capabilities gives the permitted and effective set of this thread.
func capabilities() (uint64, error) {
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&head, &data[0]); err != nil {
		return 0, err
	}
	return uint64(data[1].Permitted|data[1].Effective)<<32 | uint64(data[0].Permitted|data[0].Effective), nil
}

// parentSignal asks which signal comes when the parent dies.
func parentSignal() (int32, error) {
	var sig int32
	_, _, errno := unix.Syscall(unix.SYS_PRCTL, unix.PR_GET_PDEATHSIG, uintptr(unsafe.Pointer(&sig)), 0)
	if errno != 0 {
		return 0, errno
	}
	return sig, nil
}
