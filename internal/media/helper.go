package media

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// helperName is argv[0] of the helper; helperMark stands in its environment
// and stops a program that forgot RunHelper from starting itself for ever.
const (
	helperName = "reelm-sandbox"
	helperMark = "REELM_SANDBOX_HELPER"
	statusFD   = 3 // where the helper says what went wrong before exec
)

// RunHelper must be the first call of main and of TestMain in every program
// that uses a Lab. In an ordinary process it does nothing. In the helper that
// a Lab started it puts up the sandbox, becomes ffmpeg, and does not return.
func RunHelper() {
	if len(os.Args) != 2 || os.Args[0] != helperName || os.Getenv(helperMark) == "" {
		return
	}
	status := os.NewFile(statusFD, "status")
	err := confine(os.Args[1])
	// Only reached when something failed, after a trial or an avatar.
	if err != nil {
		fmt.Fprint(status, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// order is what the parent tells the helper, as JSON in argv[1].
type order struct {
	Tool  string   `json:"tool"` // absolute path of ffmpeg or ffprobe
	Args  []string `json:"args"` // without argv[0]
	Read  []string `json:"read"`
	Write []string `json:"write"` // files, made before by the parent
	Idle  bool     `json:"idle"`  // SCHED_IDLE: only what nobody else wants
	Must  []Layer  `json:"must"`  // refuse to run without
	Trial *trial   `json:"trial,omitempty"`

	Avatar bool `json:"avatar,omitempty"` // instead of a tool: a picture from stdin to stdout
	limits
}

// limits are the rlimits of one process.
type limits struct {
	CPU    uint64 `json:"cpu"`    // seconds
	Memory uint64 `json:"memory"` // bytes of address space
	File   uint64 `json:"file"`   // bytes of one output file
}

// defaultLimits are those of a short job.
func defaultLimits() limits {
	return limits{CPU: 60, Memory: 4 << 30, File: 64 << 20}
}

// confine gives up everything that is not needed and becomes the tool. The
// layers that work on one thread (Landlock, seccomp, priority) are put on the
// thread that then calls execve, which is the only one that survives it.
func confine(spec string) error {
	runtime.LockOSThread()
	unix.CloseOnExec(statusFD)
	var o order
	if err := json.Unmarshal([]byte(spec), &o); err != nil {
		return fmt.Errorf("reading the order: %w", err)
	}
	failed := map[Layer]error{}
	note := func(l Layer, err error) {
		if err != nil {
			failed[l] = err
		}
	}
	var before *evidence
	if o.Trial != nil {
		before = gather() // needs /proc, which Landlock takes away
	}
	// Set again: the kernel forgets it when credentials change.
	note(LayerParent, unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0))
	if o.Idle {
		background()
	}
	note(LayerNoNewPrivs, unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
	note(LayerNoCaps, dropCapabilities())
	abi, err := restrictFiles(o.Tool, o.Read, o.Write)
	note(LayerLandlock, err)
	if err != nil || abi < 4 {
		failed[LayerNetRules] = fmt.Errorf("the kernel has Landlock ABI %d", abi)
	}
	if err != nil || abi < 6 {
		failed[LayerScope] = fmt.Errorf("the kernel has Landlock ABI %d", abi)
	}
	note(LayerSeccomp, restrictCalls(os.Getpid()))
	// Last: the address space of a Go program may be above the limit already.
	note(LayerRlimits, o.limits.set())
	for _, l := range o.Must {
		if err := failed[l]; err != nil {
			return fmt.Errorf("layer %s: %w", l, err)
		}
	}
	if o.Trial != nil {
		return o.Trial.report(os.Stdout, before, failed)
	}
	if o.Avatar {
		return paint(os.Stdin, os.Stdout)
	}
	argv := append([]string{o.Tool}, o.Args...)
	env := []string{"LC_ALL=C", "HOME=/nonexistent", "AV_LOG_FORCE_NOCOLOR=1"}
	return fmt.Errorf("starting %s: %w", o.Tool, unix.Exec(o.Tool, argv, env))
}

// set puts the limits on this process. Files are few: the libraries are
// closed after loading, an encode holds a handful.
func (l limits) set() error {
	for _, r := range []struct {
		what int
		max  uint64
	}{
		{unix.RLIMIT_CORE, 0},
		{unix.RLIMIT_NOFILE, 64},
		{unix.RLIMIT_FSIZE, l.File},
		{unix.RLIMIT_CPU, l.CPU},
		{unix.RLIMIT_AS, l.Memory},
	} {
		// syscall and not unix: it makes the Go runtime forget the soft
		// limit on files that it would otherwise put back at execve.
		if err := syscall.Setrlimit(r.what, &syscall.Rlimit{Cur: r.max, Max: r.max}); err != nil {
			return fmt.Errorf("rlimit %d: %w", r.what, err)
		}
	}
	return nil
}

// background makes this thread yield: it runs when nobody else wants the
// processor. Failing is no harm, so nobody is told.
func background() {
	_ = unix.SchedSetAttr(0, &unix.SchedAttr{Policy: unix.SCHED_IDLE}, 0)
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, 19)
}

// dropCapabilities takes every capability, also from the set that an execve
// by root would refill from.
func dropCapabilities() error {
	for c := uintptr(0); c <= 63; c++ {
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); err != nil {
			break // EINVAL past the last; EPERM when there is nothing to drop with
		}
	}
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	return unix.Capset(&head, &none[0])
}
