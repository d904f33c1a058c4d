package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Limits of the package that an XLSX file is: they are checked before and while
// it is unpacked, for what a zip file declares need not be true.
const (
	zipEntries   = 1_000     // parts of the package
	zipDirectory = 1 << 20   // bytes of its directory
	unpackedSize = 256 << 20 // bytes unpacked, of all parts that are read
	stringsSize  = 128 << 20 // bytes of all shared texts
)

// Marks by which files are told apart.
const (
	zipMark = "PK\x03\x04"
	oleMark = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" // .xls, and XLSX with a password
	endMark = "PK\x05\x06"
)

// IsXLSX reports whether a file is read as XLSX: one that begins as a zip file
// does, or as the older format that is refused.
func IsXLSX(data []byte) bool {
	return bytes.HasPrefix(data, []byte(zipMark)) || bytes.HasPrefix(data, []byte(oleMark))
}

// pack is an opened XLSX package.
type pack struct {
	files map[string]*zip.File
	left  int64 // bytes that may still be unpacked
}

// openPack reads the directory of a package, after a look at how large it is:
// package zip would read all of it.
func openPack(data []byte) (*pack, error) {
	if bytes.HasPrefix(data, []byte(oleMark)) {
		return nil, &Error{Row: -1, Rule: RuleOldFormat}
	}
	if err := checkDirectory(data); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, broken()
	}
	p := &pack{files: map[string]*zip.File{}, left: unpackedSize}
	var declared uint64
	for _, f := range z.File {
		name := strings.TrimPrefix(f.Name, "/")
		if p.files[name] != nil || f.Flags&1 != 0 || (f.Method != zip.Store && f.Method != zip.Deflate) {
			return nil, broken()
		}
		p.files[name] = f
		if declared += f.UncompressedSize64; declared > unpackedSize || f.UncompressedSize64 > unpackedSize {
			return nil, unpacksTooLarge()
		}
	}
	return p, nil
}

// checkDirectory bounds the directory of a zip file and demands the plain form
// that spreadsheet programs write: no comment that hides a second directory,
// nothing between directory and end, no 64-bit sizes.
func checkDirectory(data []byte) error {
	const endSize = 22
	at := bytes.LastIndex(data[max(0, len(data)-endSize-1<<16):], []byte(endMark))
	if at < 0 {
		return broken()
	}
	at += max(0, len(data)-endSize-1<<16)
	end := data[at:]
	if len(end) < endSize || len(end) != endSize+int(binary.LittleEndian.Uint16(end[20:])) {
		return broken()
	}
	entries, size, offset := binary.LittleEndian.Uint16(end[10:]), binary.LittleEndian.Uint32(end[12:]), binary.LittleEndian.Uint32(end[16:])
	if entries > zipEntries || size > zipDirectory {
		return &Error{Row: -1, Rule: RuleUnpacked, Limit: strconv.Itoa(zipEntries)}
	}
	if int64(offset)+int64(size) != int64(at) {
		return broken()
	}
	return nil
}

func broken() *Error { return &Error{Row: -1, Rule: RuleBroken} }

func unpacksTooLarge() *Error {
	return &Error{Row: -1, Rule: RuleUnpacked, Limit: strconv.Itoa(unpackedSize >> 20)}
}

// open unpacks a part; nil if the package has none of that name.
func (p *pack) open(name string) (io.ReadCloser, error) {
	f := p.files[name]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, broken()
	}
	return &part{ReadCloser: r, pack: p}, nil
}

// part counts what is unpacked, and stops texts and tags that no spreadsheet
// program writes: longer than any cell, and the declarations and instructions
// by which XML grows or points elsewhere.
type part struct {
	io.ReadCloser
	pack *pack
	read int64
	run  int  // bytes since the last '<'
	open bool // whether the byte before was '<'
}

// longestRun bounds what stands between two tags, in bytes: a cell of
// DefaultLimits with every character written as an entity.
const longestRun = 1 << 20

// Read unpacks, counts and looks.
func (p *part) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = broken()
	}
	if p.pack.left -= int64(n); p.pack.left < 0 {
		return 0, unpacksTooLarge()
	}
	for _, c := range b[:n] {
		switch {
		case p.open && (c == '!' || c == '?' && p.read > 4): // the declaration of XML itself comes first
			return 0, broken()
		case c == '<':
			p.run = 0
		default:
			if p.run++; p.run > longestRun {
				return 0, &Error{Row: -1, Rule: RuleCellBytes, Limit: strconv.Itoa(longestRun)}
			}
		}
		p.open = c == '<'
		p.read++
	}
	return n, err
}
