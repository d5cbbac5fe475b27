package media

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // read by image.Decode
	"image/jpeg"
	_ "image/png" // read by image.Decode
	"io"
	"time"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // read by image.Decode

	"reelm"
)

// What an avatar may be and becomes.
const (
	maxAvatarBytes  = 16 << 20
	maxAvatarPixels = 16_000_000 // 64 MB once decoded
	maxAvatarPhoto  = 50_000_000 // of a JPEG, which takes 1.5 bytes a pixel
	avatarSide      = 320        // pixels
	avatarTime      = 20 * time.Second
)

// Avatar reads a picture that somebody uploaded (JPEG, PNG, WebP or the first
// frame of a GIF) and gives the square in its middle as a JPEG of 320 pixels,
// upright and without metadata. It is decoded in the sandbox, by Go's own
// decoders: no ffmpeg is needed. What cannot be used is a *reelm.Fault.
func Avatar(ctx context.Context, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxAvatarBytes+1))
	if err != nil {
		return nil, fmt.Errorf("media: avatar: %w", err)
	}
	switch {
	case len(data) == 0:
		return nil, &reelm.Fault{Code: reelm.FaultEmptyFile, Detail: "the file is empty"}
	case len(data) > maxAvatarBytes:
		return nil, &reelm.Fault{Code: reelm.FaultTooLarge, Detail: "a profile picture may have at most 16 MB"}
	}
	ctx, cancel := context.WithTimeout(ctx, avatarTime)
	defer cancel()
	for _, flags := range isolations() {
		var said bytes.Buffer
		p := process{flags: flags, stdin: bytes.NewReader(data), stdout: &limitedWriter{w: &said, left: 1 << 20},
			order: order{Avatar: true, limits: limits{CPU: uint64(avatarTime.Seconds()), Memory: defaultLimits().Memory}}}
		var out *outcome
		if out, err = p.run(ctx); err != nil {
			continue // this machine may not give these namespaces
		}
		var made painted
		if err := json.Unmarshal(said.Bytes(), &made); err != nil {
			return nil, &reelm.Fault{Code: reelm.FaultCorrupt, Detail: "the picture cannot be decoded: " + out.stderr}
		}
		if made.Fault != nil {
			return nil, made.Fault
		}
		return made.JPEG, nil
	}
	return nil, fmt.Errorf("media: avatar: %w", err)
}

// painted is what the helper answers.
type painted struct {
	Fault *reelm.Fault
	JPEG  []byte
}

// paint is Avatar within the sandbox.
func paint(r io.Reader, w io.Writer) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	var p painted
	if p.JPEG, err = avatar(data); err != nil {
		ok := false
		if p.Fault, ok = errors.AsType[*reelm.Fault](err); !ok {
			return err
		}
	}
	return json.NewEncoder(w).Encode(p)
}

// avatar decodes, crops, turns and encodes.
func avatar(data []byte) ([]byte, error) {
	cfg, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, &reelm.Fault{Code: reelm.FaultUnsupportedFormat, Detail: "this is no picture in JPEG, PNG, WebP or GIF"}
	}
	most := maxAvatarPixels
	if format == "jpeg" {
		most = maxAvatarPhoto
	}
	if cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width > most/cfg.Height {
		return nil, &reelm.Fault{Code: reelm.FaultTooManyPixels,
			Detail: fmt.Sprintf("the picture has %d x %d pixels; at most %d million can be used", cfg.Width, cfg.Height, most/1_000_000)}
	}
	img, err := decodePicture(data)
	if err != nil {
		return nil, &reelm.Fault{Code: reelm.FaultCorrupt, Detail: "the picture is damaged"}
	}
	turn := Upright
	if format == "jpeg" {
		turn = exifTurn(data)
	}
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	if err := jpeg.Encode(w, square(img, turn), &jpeg.Options{Quality: 86}); err != nil {
		return nil, fmt.Errorf("media: avatar: %w", err)
	}
	if err := w.Flush(); err != nil {
		return nil, fmt.Errorf("media: avatar: %w", err)
	}
	return out.Bytes(), nil
}

// decodePicture is image.Decode that survives a decoder's panic.
func decodePicture(data []byte) (img image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("media: decoding: %v", p)
		}
	}()
	img, _, err = image.Decode(bytes.NewReader(data))
	if err == nil && img.Bounds().Empty() {
		err = errors.New("media: decoding: no pixels")
	}
	return img, err
}

// square scales the middle of a picture to an avatar, on white, upright.
func square(img image.Image, turn Turn) *image.RGBA {
	b := img.Bounds()
	side := min(b.Dx(), b.Dy())
	from := image.Rect(0, 0, side, side).Add(b.Min).Add(image.Pt((b.Dx()-side)/2, (b.Dy()-side)/2))
	dst := image.NewRGBA(image.Rect(0, 0, avatarSide, avatarSide))
	draw.Draw(dst, dst.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(dst, dst.Rect, img, from, draw.Over, nil)
	return turned(dst, turn)
}

// turned lays a square picture upright.
func turned(src *image.RGBA, turn Turn) *image.RGBA {
	if turn == Upright {
		return src
	}
	n := src.Rect.Dx()
	dst := image.NewRGBA(src.Rect)
	for y := range n {
		for x := range n {
			fx, fy := x, y // where this pixel comes from
			switch turn {
			case Clock:
				fx, fy = y, n-1-x
			case CClock:
				fx, fy = n-1-y, x
			case Half:
				fx, fy = n-1-x, n-1-y
			case HFlip:
				fx = n - 1 - x
			case VFlip:
				fy = n - 1 - y
			case CClockFlp:
				fx, fy = y, x
			case ClockFlip:
				fx, fy = n-1-y, n-1-x
			}
			dst.SetRGBA(x, y, src.RGBAAt(fx, fy))
		}
	}
	return dst
}

// exifTurn reads the orientation that a camera wrote into a JPEG.
func exifTurn(data []byte) Turn {
	for at := 2; at+4 <= len(data) && data[at] == 0xff && data[at+1] != 0xda; {
		size := int(binary.BigEndian.Uint16(data[at+2:]))
		if size < 2 || at+2+size > len(data) {
			break
		}
		if body := data[at+4 : at+2+size]; data[at+1] == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			return tiffTurn(body[6:])
		}
		at += 2 + size
	}
	return Upright
}

// tiffTurn finds tag 0x0112 in the first directory of a TIFF header.
func tiffTurn(t []byte) Turn {
	if len(t) < 8 {
		return Upright
	}
	var order binary.ByteOrder = binary.BigEndian
	if t[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(t[4:]))
	if at < 8 || at+2 > len(t) {
		return Upright
	}
	entries := int(order.Uint16(t[at:]))
	for i := range entries {
		e := at + 2 + i*12
		if e+12 > len(t) {
			break
		}
		if order.Uint16(t[e:]) != 0x0112 {
			continue
		}
		turns := [...]Turn{1: Upright, 2: HFlip, 3: Half, 4: VFlip, 5: CClockFlp, 6: Clock, 7: ClockFlip, 8: CClock}
		if n := int(order.Uint16(t[e+8:])); n < len(turns) {
			return turns[n]
		}
		break
	}
	return Upright
}
