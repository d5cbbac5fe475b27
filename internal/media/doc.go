// Package media turns what people upload into what browsers play, and trusts
// nothing of it.
//
// # The way of an upload
//
//	lab, err := media.New(media.Config{})
//	kind, err := media.SniffFile(path)            // first bytes, no process
//	src, err := lab.Probe(ctx, path)              // ffprobe, sandboxed
//	plan := lab.Plan(src)                         // pure: what will be made
//	pre, err := lab.Preview(ctx, path, src, dir)  // for the author, at once
//	first, err := lab.First(ctx, path, src, dir, progress)
//	r, err := lab.Rung(ctx, path, src, plan.Rungs[0], first.Gain, dir, progress)
//	keep, err := lab.Original(ctx, path, src, dir)
//
// First and Preview may run beside each other. Every result is a file in dir
// that appears under its name only when it is complete. Nothing that is
// written carries metadata of the source. A process that is killed leaves a
// folder .lab-* in dir behind; whoever gave dir may delete it.
//
// # Whose fault
//
// What is wrong with the file comes back as a *reelm.Fault that is final. What
// is wrong with us (a deadline, a full disk, no memory) is a Fault with Retry
// set; a missing ffmpeg is an error of New. A cancelled context gives its own
// error. So errors.As for *reelm.Fault and a look at Retry decide everything.
//
// # The sandbox
//
// ffmpeg and ffprobe only ever run behind these layers, as far as the machine
// has them: namespaces of their own (user, net, pid, ipc, uts), no_new_privs,
// no capabilities, Landlock (reads the libraries and the one input, writes
// files that we made before), a seccomp filter (no sockets, no new processes,
// no kernel doors), rlimits (memory, CPU, file size, no core), SIGKILL when
// the parent dies or the deadline passes. The program starts itself again to
// put them up, so main and TestMain must begin with [RunHelper]. [Lab.Layers]
// tells which layers hold here, by trying to break each.
//
// Linux only.
package media
