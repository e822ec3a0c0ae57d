"""Read and write the exported weights: the safetensors container, float16 tensors, string metadata.

Invariant: files written here load in any safetensors reader; the header is padded to a multiple of 8 bytes.
Must not: depend on training state; it sees names, arrays and strings only.
"""

import json
import struct

import numpy


def write(path, tensors, metadata):
    header, offset, blobs = {"__metadata__": {k: str(v) for k, v in metadata.items()}}, 0, []
    for name in sorted(tensors):
        data = numpy.ascontiguousarray(numpy.asarray(tensors[name], dtype=numpy.float16))
        blob = data.tobytes()
        header[name] = {"dtype": "F16", "shape": list(data.shape), "data_offsets": [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps(header, ensure_ascii=False).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read(path):
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        body = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {
        name: numpy.frombuffer(body[slice(*entry["data_offsets"])], dtype=numpy.float16).reshape(entry["shape"])
        for name, entry in header.items()
    }
    return tensors, metadata
