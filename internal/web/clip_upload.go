package web

import "time"

// UploadPage is where a clip is made: one form, which the upload script turns
// into a resumable upload with a preview, a cover strip and a live status.
type UploadPage struct {
	Layout
	MaxBytes  int64
	MaxLength time.Duration
	Fields    []Field
	Error     string
}

func (UploadPage) template() string { return "upload" }

// MaxSeconds is the longest clip, for the script.
func (p UploadPage) MaxSeconds() int { return int(p.MaxLength / time.Second) }

// Script is the uploader.
func (UploadPage) Script() string { return "upload" }
