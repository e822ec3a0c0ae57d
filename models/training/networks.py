"""The two networks of the text reader: line detector and line recogniser. THIS FILE IS THE CONTRACT.

Purpose: define both networks layer by layer so that another runtime (Candle) can repeat them exactly.
Invariant: only the operations listed below are used; exported tensors have batch norm folded in, so that every
convolution is `weight` + `bias`. Must not: contain training, data or file-system code.

OPERATIONS. All tensors are [batch, channels, height, width] (2-D) or [batch, channels, steps] (1-D), float32.
  conv3(s)     3x3 convolution, zero padding 1, stride s (1 or 2), with bias. Weight [out, in, 3, 3].
  conv1        1x1 convolution, no padding, with bias. Weight [out, in, 1, 1].
  pool(a, b)   max-pool, window and stride a rows x b columns, no padding.
  up(a, b)     nearest-neighbour upsampling, a times in rows, b times in columns.
  conv1d(k)    1-D convolution over steps, zero padding (k-1)/2, with bias. Weight [out, in, k].
  layer norm   over the channels of each step, eps 1e-5, `weight` and `bias` of shape [channels].
  linear       y = W x + b over the channels of each step. Weight [out, in].
  space_to_depth(a, b): output channel ((dy * b) + dx) * C + c at (y, x) = input channel c at (a*y + dy, b*x + dx),
               with dy in 0..a, dx in 0..b and C input channels.

DETECTOR (tensor prefix = layer name). Input: RGB picture, value / 127.5 - 1, channels in the order R, G, B; padded on
the right and at the bottom to multiples of 32 by repeating the last column and row (before scaling).
  s2d   = space_to_depth(2, 4)                        24 channels, 1/2 rows x 1/4 columns
  f2    = relu(stem: conv3(1) 24 -> 24)               24, 1/2 x 1/4
  x     = pool(2, 1) of f2                            24, 1/4 x 1/4
  f4    = relu(down4b: conv3(1) 48->48 (relu(down4a: conv3(1) 24->48 (x))))      48, 1/4 x 1/4
  x     = relu(down8: conv3(2) 48 -> 64 (f4))         64, 1/8
  f8    = residual block block8
  x     = relu(down16: conv3(2) 64 -> 96 (f8));       f16 = residual block block16       96, 1/16
  x     = relu(down32: conv3(2) 96 -> 128 (f16));     f32 = residual blocks block32a, block32b    128, 1/32
  residual block N: y = relu(x + N.second: conv3(1) (relu(N.first: conv3(1) (x)))), channels unchanged
  p16   = relu(top16: conv1 128 -> 64 (up(2,2) of f32) + side16: conv1 96 -> 64 (f16))
  p16   = relu(merge16: conv3(1) 64 -> 64 (p16))
  p8    = relu(up(2,2) of p16 + side8: conv1 64 -> 64 (f8))
  p8    = relu(merge8: conv3(1) 64 -> 48 (p8))
  p4    = relu(up(2,2) of p8 + side4: conv1 48 -> 48 (f4))
  p2    = relu(up(2,1) of (top2: conv1 48 -> 24 (p4)) + side2: conv1 24 -> 24 (f2))
  p2    = relu(merge2: conv3(1) 24 -> 24 (p2))
  out   = head: conv1 24 -> 5 (p2)                    5, 1/2 x 1/4
  (conv1 before or after nearest upsampling gives the same numbers; do it before, it is cheaper.)
Output channels, at map cell (row, column), whose centre is the picture point (4*column + 2, 2*row + 1):
  0  logit of "text core": the middle half of a line box's height, over the whole width of the line
  1  distance to the left end of the line, in units of 8 picture pixels, saturates at 8 (64 pixels)
  2  the same to the right end
  3  natural logarithm of the distance in pixels to the top of the line box
  4  natural logarithm of the distance in pixels to the bottom of the line box
A line box goes from the ascender height (of b d f h k l and capitals) to the descender depth (of g p q y) around the
baseline, whatever letters the line has, and from the left of the first to the right of the last character.
How the maps become boxes, and which scales of a picture are run, is in postprocess.py.

RECOGNISER. Input [batch, 1, 32, W], W a multiple of 4 (right side filled with 0.0 = background), made as written in
postprocess.py (`recogniser_input`): grey, height 32, background 0, ink positive up to about 1.
  x = space_to_depth(2, 2)                            4 channels, 16 rows x W/2
  x = relu(conv1a: conv3(1) 4 -> 32);  pool(2, 2)     32, 8 x W/4
  x = relu(conv2a: conv3(1) 32 -> 64)
  x = relu(conv2b: conv3(1) 64 -> 64)
  x = residual block rest2 (as in the detector);  pool(2, 1)     64, 4 x W/4
  x = relu(conv3a: conv3(1) 64 -> 128)
  x = relu(conv3b: conv3(1) 128 -> 128)
  x = residual block rest3                            128, 4 x W/4
  x = collapse: linear 512 -> 192 over each column, input index channel * 4 + row; relu      192 x W/4 steps
  6 times (block0 .. block5): x = x + relu(blockN.conv: conv1d(5) 192 -> 192 (blockN.norm: layer norm (x)))
  x = norm: layer norm
  x = relu(expand: linear 192 -> 192)
  split: step t becomes the two steps 2t (channels 0..95) and 2t+1 (channels 96..191)        96 x W/2 steps
  logits = classify: conv1d(3) 96 -> K                K = len(charset), W/2 steps
  log-softmax over K. Greedy reading: best class per step, repeats merged, class 0 (blank) dropped.
One output step is 2 pixels of the 32-row picture: step s is centred near x = 2*s + 1.

EXPORT. One safetensors file per network, tensors float16 named `<layer>.weight` / `<layer>.bias` with the layer names
above (for example `block8.first.weight`, `block0.norm.bias`); `__metadata__` holds strings: `format`
("shortlist-text-detector-1" / "shortlist-text-recogniser-2"), `charset` (recogniser: JSON list of strings, index 0
is the blank, written as ""), and every number that postprocess.py's `DETECTOR_DEFAULTS` and `RECOGNISER_DEFAULTS`
name, as decimal strings; the runtime reads them from the file, not from a copy.
"""

import torch
from torch import nn
from torch.nn import functional

from alphabet import CHARSET


def space_to_depth(x, rows, columns):
    batch, channels, height, width = x.shape
    x = x.reshape(batch, channels, height // rows, rows, width // columns, columns)
    x = x.permute(0, 3, 5, 1, 2, 4)
    return x.reshape(batch, rows * columns * channels, height // rows, width // columns)


class Convolution(nn.Module):
    """Convolution with batch norm, which the export folds into weight and bias. No activation inside."""

    def __init__(self, inputs, outputs, kernel=3, stride=1):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(self.convolution(x))

    def folded(self):
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        weight = self.convolution.weight * scale[:, None, None, None]
        return weight, self.norm.bias - self.norm.running_mean * scale

    def load_folded(self, weight, bias):
        """Start again from exported weights: an identity batch norm around the folded convolution."""
        with torch.no_grad():
            self.convolution.weight.copy_(weight)
            self.norm.bias.copy_(bias)
            self.norm.weight.fill_(1.0)
            self.norm.running_mean.zero_()
            self.norm.running_var.fill_(1.0 - self.norm.eps)


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = Convolution(channels, channels)
        self.second = Convolution(channels, channels)

    def forward(self, x):
        return functional.relu(x + self.second(functional.relu(self.first(x))))


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Convolution(24, 24)
        self.down4a = Convolution(24, 48)
        self.down4b = Convolution(48, 48)
        self.down8 = Convolution(48, 64, stride=2)
        self.block8 = ResidualBlock(64)
        self.down16 = Convolution(64, 96, stride=2)
        self.block16 = ResidualBlock(96)
        self.down32 = Convolution(96, 128, stride=2)
        self.block32a = ResidualBlock(128)
        self.block32b = ResidualBlock(128)
        self.top16 = Convolution(128, 64, kernel=1)
        self.side16 = Convolution(96, 64, kernel=1)
        self.merge16 = Convolution(64, 64)
        self.side8 = Convolution(64, 64, kernel=1)
        self.merge8 = Convolution(64, 48)
        self.side4 = Convolution(48, 48, kernel=1)
        self.top2 = Convolution(48, 24, kernel=1)
        self.side2 = Convolution(24, 24, kernel=1)
        self.merge2 = Convolution(24, 24)
        self.head = nn.Conv2d(24, 5, 1)

    def forward(self, picture):
        relu, upsample = functional.relu, functional.interpolate
        x = space_to_depth(picture, 2, 4).contiguous(memory_format=torch.channels_last)
        f2 = relu(self.stem(x))
        f4 = relu(self.down4b(relu(self.down4a(functional.max_pool2d(f2, (2, 1))))))
        f8 = self.block8(relu(self.down8(f4)))
        f16 = self.block16(relu(self.down16(f8)))
        f32 = self.block32b(self.block32a(relu(self.down32(f16))))
        p16 = relu(upsample(self.top16(f32), scale_factor=2.0) + self.side16(f16))
        p16 = relu(self.merge16(p16))
        p8 = relu(upsample(p16, scale_factor=2.0) + self.side8(f8))
        p8 = relu(self.merge8(p8))
        p4 = relu(upsample(p8, scale_factor=2.0) + self.side4(f4))
        p2 = relu(upsample(self.top2(p4), scale_factor=(2.0, 1.0)) + self.side2(f2))
        return self.head(relu(self.merge2(p2)))


class TemporalBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.conv = nn.Conv1d(channels, channels, 5, padding=2)

    def forward(self, x):
        normed = self.norm(x.transpose(1, 2).float()).transpose(1, 2)
        return x + functional.relu(self.conv(normed))


class Recogniser(nn.Module):
    CHANNELS = 192
    SUBSTEP_CHANNELS = 96
    BLOCKS = 6

    def __init__(self, classes=len(CHARSET)):
        super().__init__()
        self.conv1a = Convolution(4, 32)
        self.conv2a = Convolution(32, 64)
        self.conv2b = Convolution(64, 64)
        self.rest2 = ResidualBlock(64)
        self.conv3a = Convolution(64, 128)
        self.conv3b = Convolution(128, 128)
        self.rest3 = ResidualBlock(128)
        self.collapse = nn.Linear(512, self.CHANNELS)
        for index in range(self.BLOCKS):
            setattr(self, f"block{index}", TemporalBlock(self.CHANNELS))
        self.norm = nn.LayerNorm(self.CHANNELS)
        self.expand = nn.Linear(self.CHANNELS, 2 * self.SUBSTEP_CHANNELS)
        self.classify = nn.Conv1d(self.SUBSTEP_CHANNELS, classes, 3, padding=1)

    def forward(self, line):
        relu = functional.relu
        x = space_to_depth(line, 2, 2).contiguous(memory_format=torch.channels_last)
        x = functional.max_pool2d(relu(self.conv1a(x)), 2)
        x = functional.max_pool2d(self.rest2(relu(self.conv2b(relu(self.conv2a(x))))), (2, 1))
        x = self.rest3(relu(self.conv3b(relu(self.conv3a(x)))))
        batch, channels, rows, steps = x.shape
        x = x.permute(0, 3, 1, 2).reshape(batch, steps, channels * rows)
        x = relu(self.collapse(x)).transpose(1, 2)
        for index in range(self.BLOCKS):
            x = getattr(self, f"block{index}")(x)
        x = relu(self.expand(self.norm(x.transpose(1, 2).float())))
        x = x.reshape(batch, steps * 2, self.SUBSTEP_CHANNELS).transpose(1, 2)
        return self.classify(x)


def training_mode(network, frozen_norms):
    """Training mode. Exported weights have their batch norms folded away: theirs must not normalise again."""
    network.train()
    if frozen_norms:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()


def grow(network):
    """Make the layers that version one had not pass everything through, so that its weights can be trained on."""
    with torch.no_grad():
        for block in (network.rest2, network.rest3):
            block.second.norm.weight.zero_()
            block.second.norm.bias.zero_()
        for index in (4, 5):
            block = getattr(network, f"block{index}")
            block.conv.weight.mul_(0.1)
            block.conv.bias.fill_(-0.05)


def exported_tensors(network):
    """Name -> float32 tensor of the exported layout, batch norms folded."""
    tensors = {}
    folded = {name for name, module in network.named_modules() if isinstance(module, Convolution)}
    for name, module in network.named_modules():
        if name in folded:
            tensors[name + ".weight"], tensors[name + ".bias"] = (t.detach() for t in module.folded())
        elif isinstance(module, (nn.Linear, nn.Conv1d, nn.Conv2d, nn.LayerNorm)) and name.rpartition(".")[0] not in folded:
            tensors[name + ".weight"] = module.weight.detach()
            tensors[name + ".bias"] = module.bias.detach()
    return tensors


def load_exported(network, tensors):
    """Fill a network from exported tensors (mapping of name -> tensor)."""
    for name, module in network.named_modules():
        if name + ".weight" not in tensors:
            continue
        weight, bias = tensors[name + ".weight"].float(), tensors[name + ".bias"].float()
        if isinstance(module, Convolution):
            module.load_folded(weight, bias)
        else:
            with torch.no_grad():
                module.weight.copy_(weight)
                module.bias.copy_(bias)
