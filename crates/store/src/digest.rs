//! A digest over every column of a row that people see.
//!
//! Invariant: the encoding is unambiguous (table, then each column with name, type and length) and never changes; a
//! row whose digest differs was changed by something other than this crate.

use rusqlite::types::Value;

/// BLAKE3 over the canonical encoding of a row.
pub(crate) fn row_digest(table: &str, columns: &[&str], values: &[Value]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    let mut field = |tag: u8, bytes: &[u8]| {
        hasher.update(&[tag]);
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    field(b'T', table.as_bytes());
    for (column, value) in columns.iter().zip(values) {
        field(b'C', column.as_bytes());
        match value {
            Value::Null => field(b'n', &[]),
            Value::Integer(integer) => field(b'i', &integer.to_le_bytes()),
            Value::Real(real) => field(b'r', &real.to_bits().to_le_bytes()),
            Value::Text(text) => field(b't', text.as_bytes()),
            Value::Blob(bytes) => field(b'b', bytes),
        }
    }
    *hasher.finalize().as_bytes()
}
