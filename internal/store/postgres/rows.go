package postgres

import (
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// rows gives database/sql what it can scan, without pgx's own conversions for
// the four types that the schema uses.
type rows struct {
	s     *session
	in    pgx.Rows
	batch pgx.BatchResults // of the first statement of a transaction; else nil
	types *pgtype.Map
}

func newRows(s *session, in pgx.Rows, batch pgx.BatchResults, err error) (driver.Rows, error) {
	r := &rows{s: s, in: in, batch: batch}
	if err == nil {
		// pgx reports some errors only when the rows are read.
		if err = in.Err(); err == nil {
			return r, nil
		}
	}
	_ = r.Close()
	return nil, s.note(err)
}

// Columns is part of driver.Rows.
func (r *rows) Columns() []string {
	fields := r.in.FieldDescriptions()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// Close is part of driver.Rows.
func (r *rows) Close() error {
	if r.in != nil {
		r.in.Close()
	}
	if r.batch != nil {
		err := r.batch.Close()
		r.batch = nil
		return r.s.note(err)
	}
	return nil
}

// Next is part of driver.Rows. Bytes are those of pgx's buffer, valid until
// the following call, as database/sql expects.
func (r *rows) Next(dest []driver.Value) error {
	if !r.in.Next() {
		if err := r.in.Err(); err != nil {
			return r.s.note(err)
		}
		return io.EOF
	}
	fields := r.in.FieldDescriptions()
	for i, raw := range r.in.RawValues() {
		v, err := r.value(fields[i].DataTypeOID, fields[i].Format, raw)
		if err != nil {
			return err
		}
		dest[i] = v
	}
	return nil
}

// errType is returned for a column type that the schema does not use.
var errType = errors.New("postgres: a result column is of a type that the schema does not use; cast it")

// value converts one value of the types of the schema and of count and sum.
func (r *rows) value(oid uint32, format int16, raw []byte) (driver.Value, error) {
	switch {
	case raw == nil:
		return nil, nil
	case oid == pgtype.TextOID || oid == pgtype.VarcharOID || oid == pgtype.NameOID:
		return string(raw), nil
	case oid == pgtype.ByteaOID && format == pgx.BinaryFormatCode:
		return raw, nil
	case oid == pgtype.Int8OID && format == pgx.BinaryFormatCode && len(raw) == 8:
		return int64(binary.BigEndian.Uint64(raw)), nil
	case oid == pgtype.Int4OID && format == pgx.BinaryFormatCode && len(raw) == 4:
		return int64(int32(binary.BigEndian.Uint32(raw))), nil
	case oid == pgtype.BoolOID && format == pgx.BinaryFormatCode && len(raw) == 1:
		return raw[0] != 0, nil
	}
	return r.other(oid, format, raw)
}

// other takes the slow way: text formats (PgBouncer's simple protocol), uuid of
// tenant_id, and the numeric that sum(bigint) yields.
func (r *rows) other(oid uint32, format int16, raw []byte) (driver.Value, error) {
	if r.types == nil {
		r.types = pgtype.NewMap()
	}
	t, ok := r.types.TypeForOID(oid)
	if !ok {
		return nil, errType
	}
	v, err := t.Codec.DecodeDatabaseSQLValue(r.types, oid, format, raw)
	if err != nil {
		return nil, errType
	}
	return v, nil
}
