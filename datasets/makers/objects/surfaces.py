"""How meshes and materials are told to Mitsuba.

`mi` is the module `mitsuba`: it is handed in, so that nothing imports it before a photo is drawn.
"""

import numpy as np
from scipy import sparse

from .materials import MATERIALS
from .textures import colour, pattern, photograph, wood

_CREASE = np.cos(np.deg2rad(38))  # neighbouring triangles that differ more meet in an edge


def surface(mi, random, material):
    """How one material and tone meets light, as a Mitsuba plug-in or plug-ins of a shape."""
    finish = MATERIALS[material].finish
    base = colour(random, material)
    rough = random.uniform(0.05, 0.2)
    if finish in ("clear", "lens"):
        # A film rather than refraction: at this size glass that bends light is only speckle.
        film = principled(base * (1 if finish == "clear" else 0.3), 0.06, specular=0.8)
        share = random.uniform(0.4, 0.62) if finish == "clear" else random.uniform(0.08, 0.2)
        return {"bsdf": {"type": "mask", "opacity": float(share), "nested": film}}
    if finish == "emitter":
        return {"emitter": {"type": "area", "radiance": rgb(base * 4)}}
    if finish == "glow":
        bright = base * random.uniform(0.35, 1.0)
        return {
            "bsdf": principled(base * 0.6, 0.9),
            "emitter": {"type": "area", "radiance": rgb(bright)},
        }
    if finish == "metal":
        return {"bsdf": principled(base, random.uniform(0.12, 0.45), metallic=1.0)}
    if finish == "mirror":
        return {"bsdf": principled(base, 0.06, specular=0.9)}
    roughness = {
        "glossy": rough,
        "satin": rough + 0.2,
        "matt": 0.7,
        "cloth": 0.9,
        "wood": rough + 0.3,
    }
    reflectance = base
    if finish == "wood":
        reflectance = picture(mi, np.clip(wood(random, base), 0.01, 0.95), random.uniform(0.6, 1.5))
    elif material in ("ceramic", "cloth", "paper", "plastic", "enamel") and random.random() < 0.2:
        decor = pattern(random, base, colour(random, material))
        if random.random() < 0.12 or (material == "paper" and random.random() < 0.5):
            decor = photograph(random)
        reflectance = picture(mi, decor, random.uniform(0.7, 2.5))
    if finish in ("matt", "cloth"):
        return {"bsdf": matt(reflectance)}
    return {"bsdf": principled(reflectance, roughness[finish])}


def matt(reflectance):
    return {
        "type": "diffuse",
        "reflectance": rgb(reflectance) if not isinstance(reflectance, dict) else reflectance,
    }


def principled(reflectance, roughness, **more):
    if not isinstance(reflectance, dict):
        reflectance = rgb(reflectance)
    return {"type": "principled", "base_color": reflectance, "roughness": float(roughness), **more}


def rgb(values):
    return {"type": "rgb", "value": [float(v) for v in values]}


def picture(mi, picture, scale=1.0):
    return {
        "type": "bitmap",
        "raw": True,
        "bitmap": mi.Bitmap(np.float32(picture)),
        "to_uv": mi.ScalarTransform3f().scale([scale, scale]),
    }


def shape(mi, mesh, made_of):
    """A mesh with normals that are smooth up to the creases, and box-mapped textures."""
    corners, normals, places = smooth_corners(mesh)
    properties = mi.Properties()
    for name, plugin in made_of.items():
        properties[name] = mi.load_dict(plugin)
    created = mi.Mesh(
        "part",
        len(corners),
        len(corners) // 3,
        has_vertex_normals=True,
        has_vertex_texcoords=True,
        props=properties,
    )
    parameters = mi.traverse(created)
    parameters["vertex_positions"] = np.float32(corners).ravel()
    parameters["vertex_normals"] = np.float32(normals).ravel()
    parameters["vertex_texcoords"] = np.float32(places).ravel()
    parameters["faces"] = np.arange(len(corners), dtype=np.uint32)
    parameters.update()
    return created


def smooth_corners(mesh):
    """Every corner of every triangle with its normal and its place in a texture.

    A corner's normal is the mean over the triangles around its vertex that differ by less than
    the crease angle, weighted by area. A texture is laid on from the direction among x, y and z
    that the triangle faces most.

    Returns
    -------
    corners, normals : array, shape (3 * faces, 3)
    places : array, shape (3 * faces, 2)
    """
    points = mesh.vertices[mesh.faces]
    area = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
    unit = area / np.maximum(np.linalg.norm(area, axis=1, keepdims=True), 1e-12)
    count = len(mesh.faces)
    face = np.repeat(np.arange(count), 3)
    touches = sparse.csr_matrix(
        (np.ones(3 * count), (np.arange(3 * count), mesh.faces.ravel())),
        shape=(3 * count, len(mesh.vertices)),
    )
    around = sparse.csr_matrix(
        (np.ones(3 * count), (mesh.faces.ravel(), face)), shape=(len(mesh.vertices), count)
    )
    pairs = (touches @ around).tocoo()
    near = (unit[face[pairs.row]] * unit[pairs.col]).sum(1) > _CREASE
    row, col = pairs.row[near], pairs.col[near]
    normals = np.stack([np.bincount(row, area[col, k], 3 * count) for k in range(3)], -1)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(length > 1e-12, normals / np.maximum(length, 1e-12), unit[face])
    axis = np.abs(unit).argmax(1)[face]
    corners = points.reshape(-1, 3)
    others = np.array([[1, 2], [0, 2], [0, 1]])[axis]
    return corners, normals, np.take_along_axis(corners, others, 1) * 0.8
