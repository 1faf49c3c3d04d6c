"""What each kind of corruption does to digits of the program's own pen, and to plain images."""

import numpy as np
import pytest

from digitrec.datasets import drawn
from digitrec.datasets.corruptions import KINDS, SEVERITIES, blur, corrupt, corrupt_some, light
from digitrec.datasets.corruptions.light import ADDED, LEFT
from digitrec.datasets.corruptions.marks import SPLASHED, STRIPED
from digitrec.datasets.corruptions.noise import DEVIATIONS, PHOTONS, STUCK
from digitrec.errors import OptionError

DIGITS = drawn.digits(60, seed=5).images
BLANK = np.zeros((40, 28, 28), np.uint8)
GREY = np.full((40, 28, 28), 128, np.uint8)

HARDEST = SEVERITIES[-1]


def point():
    """One white pixel near the middle of each of 40 images."""
    images = BLANK.copy()
    images[:, 13, 14] = 255
    return images


def bar():
    """An upright bar of 3x17 pixels in the middle of each of 40 images."""
    images = np.zeros((40, 28, 28), np.uint8)
    images[:, 6:23, 12:15] = 255
    return images


def centres(images):
    """(N, 2): rows and columns of the centres of mass."""
    weights = images / images.sum(axis=(1, 2), keepdims=True)
    places = np.mgrid[: images.shape[1], : images.shape[2]]
    return np.einsum("nij,cij->nc", weights, places)


def axes_of(image):
    """Deviation of an image's ink along and across its main axis, and that axis's angle."""
    rows, columns = np.nonzero(image > 60)
    values, vectors = np.linalg.eigh(np.cov(columns, rows))
    x, y = vectors[:, 1]
    return np.sqrt(values[1]), np.sqrt(values[0]), np.rad2deg(np.arctan2(y, x)) % 180


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("severity", SEVERITIES)
def test_images_stay_images_and_a_seed_repeats_them(kind, severity):
    before = DIGITS.copy()
    one, same, other = (corrupt(DIGITS, kind, severity, seed) for seed in (1, 1, 2))
    assert (one.shape, one.dtype) == (DIGITS.shape, np.uint8)
    np.testing.assert_array_equal(one, same)
    np.testing.assert_array_equal(DIGITS, before)
    plain = ("gaussian_blur", "defocus_blur", "pixelate", "contrast", "brightness", "outlines")
    assert np.array_equal(one, other) == (kind in plain)


@pytest.mark.parametrize("kind", KINDS)
def test_each_severity_changes_more(kind):
    changes = [np.abs(corrupt(DIGITS, kind, s).astype(int) - DIGITS).mean() for s in SEVERITIES]
    assert changes[0] > 0.5
    assert all(np.diff(changes) > 0)


@pytest.mark.parametrize("kind", KINDS)
def test_the_hardest_still_shows_something_of_each_digit(kind):
    hardest = corrupt(DIGITS, kind, HARDEST)
    assert hardest.std(axis=(1, 2)).min() > 5
    seen = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(hardest, DIGITS, strict=True)]
    assert np.mean(seen) > 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_any_number_of_images_is_taken(kind):
    assert corrupt(DIGITS[:0], kind, 3).shape == (0, 28, 28)
    assert corrupt(DIGITS[:1], kind, 3).shape == (1, 28, 28)


def test_many_images_are_corrupted_piece_by_piece(monkeypatch):
    from digitrec.datasets import corruptions

    monkeypatch.setattr(corruptions, "TOGETHER", 7)
    found = corrupt(GREY, "gaussian_noise", 3)
    assert len(np.unique(found.reshape(len(found), -1), axis=0)) == len(GREY)


def test_what_is_not_allowed_is_told():
    with pytest.raises(OptionError, match=r"corruption: expected one of .*did you mean fog\?"):
        corrupt(DIGITS, "fogg", 3)
    for severity in (0, 6):
        with pytest.raises(OptionError, match=f"severity: expected 1 to 5; received {severity}"):
            corrupt(DIGITS, "fog", severity)


@pytest.mark.parametrize("severity", [1, 2, 3])
def test_gaussian_noise_is_even(severity):
    noise = corrupt(GREY, "gaussian_noise", severity).astype(float) - 128
    assert abs(noise.mean()) < 1
    assert noise.std() == pytest.approx(255 * DEVIATIONS[severity - 1], rel=0.03)


def test_shot_noise_comes_with_the_light():
    assert not corrupt(BLANK, "shot_noise", HARDEST).any()
    noise = corrupt(GREY, "shot_noise", 1).astype(float) - 128
    assert abs(noise.mean()) < 1
    assert noise.var() == pytest.approx(128 * 255 / PHOTONS[0], rel=0.05)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_impulse_noise_is_as_much_salt_as_pepper(severity):
    found = corrupt(GREY, "impulse_noise", severity)
    assert set(np.unique(found)) == {0, 128, 255}
    for stuck in (0, 255):
        assert (found == stuck).mean() == pytest.approx(STUCK[severity - 1] / 2, rel=0.15)


@pytest.mark.parametrize("kind", ["gaussian_blur", "defocus_blur", "motion_blur"])
def test_a_blur_keeps_the_ink_and_its_place(kind):
    blurred = corrupt(DIGITS, kind, HARDEST)
    ink = blurred.sum(axis=(1, 2)) / DIGITS.sum(axis=(1, 2))
    assert ink.min() > 0.95
    assert ink.max() < 1.02
    assert np.abs(centres(blurred) - centres(DIGITS)).max() < 0.4
    assert blurred.max(axis=(1, 2)).mean() < 0.9 * 255


def test_blurred_points_have_the_form_of_their_kind():
    [normal] = blur.gaussian_blur(point()[:1], 2, np.random.default_rng(0))
    spread = (normal[13] * (np.arange(28) - 14.0) ** 2).sum() / normal[13].sum()
    assert spread == pytest.approx(blur.SIGMAS[1] ** 2, rel=0.08)
    [disc] = blur.defocus_blur(point()[:1], 3, np.random.default_rng(0))
    assert (disc > 0).any(axis=0).sum() == (disc > 0).any(axis=1).sum() == 5
    assert np.ptp(disc[12:15, 13:16].astype(int)) <= 1
    lines = corrupt(point(), "motion_blur", HARDEST)
    along = [np.ptp(np.argwhere(line > 0), axis=0).max() for line in lines]
    assert all(5 <= length <= 8 for length in along)
    assert all((line > 0).sum() <= 22 for line in lines)


def test_glass_shows_pixels_from_nearby():
    found = corrupt(point(), "glass_blur", 1)
    assert set(np.unique(found)) <= {0, 255}
    places = np.argwhere(found)[:, 1:]
    assert np.abs(places - [13, 14]).max() <= 3


@pytest.mark.parametrize("severity", SEVERITIES)
def test_few_pixels_are_left(severity):
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    for image in corrupt(images, "pixelate", severity):
        for rows in (image, image.T):
            assert len(np.unique(rows, axis=0)) == blur.SIDES[severity - 1]


def test_fog_is_bright_and_smooth():
    fogged = corrupt(DIGITS, "fog", HARDEST)
    assert (fogged >= DIGITS).all()
    ground = corrupt(BLANK, "fog", HARDEST).astype(int)
    np.testing.assert_allclose(ground.max(axis=(1, 2)), 255 * light.THICKNESS[-1], atol=1)
    assert (ground.min(axis=(1, 2)) == 0).all()
    assert np.abs(np.diff(ground, axis=1)).mean() < 12


@pytest.mark.parametrize("severity", SEVERITIES)
def test_contrast_goes_towards_the_mean(severity):
    faded = corrupt(DIGITS, "contrast", severity)
    np.testing.assert_allclose(faded.mean(axis=(1, 2)), DIGITS.mean(axis=(1, 2)), atol=0.5)
    np.testing.assert_allclose(
        faded.std(axis=(1, 2)), LEFT[severity - 1] * DIGITS.std(axis=(1, 2)), rtol=0.02
    )


@pytest.mark.parametrize("severity", SEVERITIES)
def test_brightness_lifts_the_ground(severity):
    [level] = np.unique(corrupt(BLANK, "brightness", severity))
    assert level == round(255 * ADDED[severity - 1])
    assert (corrupt(DIGITS, "brightness", severity) >= DIGITS).all()


def test_outlines_are_all_that_is_left():
    block = np.zeros((1, 28, 28), np.uint8)
    block[:, 8:20, 8:20] = 255
    [outline] = corrupt(block, "outlines", HARDEST)
    assert set(np.unique(outline)) == {0, 255}
    assert not outline[10:18, 10:18].any()
    assert not outline[:6].any()
    assert outline[14].sum() == 2 * 255


@pytest.mark.parametrize("severity", SEVERITIES)
def test_in_stripes_ink_and_ground_change_places(severity):
    striped = corrupt(DIGITS, "stripes", severity)
    turned = striped != DIGITS
    np.testing.assert_array_equal(striped[turned], 255 - DIGITS[turned])
    assert turned.mean() == pytest.approx(STRIPED[severity - 1], abs=0.05)
    assert not turned.all(axis=(1, 2)).any()


@pytest.mark.parametrize("severity", SEVERITIES)
def test_drops_cover_their_share(severity):
    covered = corrupt(BLANK, "spatter", severity) > 40
    assert covered.any(axis=(1, 2)).mean() == pytest.approx(0.7, abs=0.25)
    share = covered[covered.any(axis=(1, 2))].mean()
    assert share == pytest.approx(SPLASHED[severity - 1], rel=0.35)


def test_drops_of_water_take_ink_away():
    full = np.full((40, 28, 28), 255, np.uint8)
    washed = corrupt(full, "spatter", HARDEST).min(axis=(1, 2))
    assert 4 <= (washed == 0).sum() <= 22


@pytest.mark.parametrize("kind", ["dotted_line", "zigzag"])
def test_lines_only_add_ink(kind):
    for severity in SEVERITIES:
        assert (corrupt(DIGITS, kind, severity) >= DIGITS).all()


def test_a_dotted_line_is_straight_and_a_zigzag_is_not():
    dotted = [axes_of(image) for image in corrupt(BLANK, "dotted_line", 1)]
    zigzag = [axes_of(image) for image in corrupt(BLANK, "zigzag", 1)]
    assert max(across for _, across, _ in dotted) < 0.9
    assert min(along for along, _, _ in dotted) > 3
    assert np.median([across for _, across, _ in zigzag]) > 1.5


@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_digit_is_turned_by_at_most_thirty_degrees(severity):
    turns = np.array([axes_of(image)[2] - 90 for image in corrupt(bar(), "rotate", severity)])
    assert np.abs(turns).max() < 6 * severity + 1.5
    assert np.abs(turns).min() > 6 * (severity - 1) - 1.5
    assert (turns > 0).any()
    assert (turns < 0).any()


def test_a_slant_leaves_the_rows_their_ink():
    sheared = corrupt(bar(), "shear", HARDEST).astype(float)
    np.testing.assert_allclose(sheared.sum(axis=2), bar().sum(axis=2), rtol=0.02)
    slants = (centres(sheared[:, 6:10])[:, 1] - centres(sheared[:, 19:23])[:, 1]) / 13
    assert ((np.abs(slants) > 0.45) & (np.abs(slants) < 0.63)).all()


@pytest.mark.parametrize("severity", SEVERITIES)
def test_sizes_are_as_said(severity):
    scaled = corrupt(bar(), "scale", severity).astype(float)
    sizes = np.sqrt(scaled.sum(axis=(1, 2)) / bar().sum(axis=(1, 2)))
    assert sizes.min() > 1 - 0.1 * severity - 0.05
    assert sizes.max() < 1 + 0.06 * severity + 0.05
    assert (sizes < 1 - 0.1 * (severity - 1) + 0.03).sum() >= 10
    assert (sizes > 1 + 0.06 * (severity - 1) - 0.03).sum() >= 10
    np.testing.assert_allclose(centres(scaled), centres(bar()), atol=0.6)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_digit_moves_as_far_as_said(severity):
    moved = np.hypot(*(centres(corrupt(point(), "translate", severity)) - [13, 14]).T)
    assert moved.max() < 1.2 * severity + 0.3
    assert moved.min() > 1.2 * (severity - 1) - 0.3


def test_some_are_corrupted_and_the_others_left():
    digits = np.concatenate([DIGITS] * 5)
    before = digits.copy()
    one, same = (corrupt_some(digits, 0.4, np.random.default_rng(3)) for _ in "ab")
    np.testing.assert_array_equal(one, same)
    np.testing.assert_array_equal(digits, before)
    assert (one != digits).any(axis=(1, 2)).mean() == pytest.approx(0.4, abs=0.1)
    for share, changed in ((0.0, 0.0), (1.0, 1.0)):
        found = corrupt_some(digits, share, np.random.default_rng(3))
        assert (found != digits).any(axis=(1, 2)).mean() == pytest.approx(changed, abs=0.02)


def test_all_kinds_and_severities_come_up(monkeypatch):
    from digitrec.datasets import corruptions

    seen = []
    spies = {
        name: lambda images, severity, _, name=name: seen.append((name, severity)) or images
        for name in KINDS
    }
    monkeypatch.setattr(corruptions, "KINDS", spies)
    corrupt_some(np.zeros((2000, 28, 28), np.uint8), 1.0, np.random.default_rng(0))
    assert set(seen) == {(name, severity) for name in KINDS for severity in SEVERITIES}
